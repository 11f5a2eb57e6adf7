import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { BulkSimulator, HecSimulator } from "@arbitex/simulators";
import { createEventGenerator, startBulkSimulator, startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { environmentOf, run, start } from "./command.ts";

let folder: string;
let splunk: HecSimulator;
let elastic: BulkSimulator;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "input-"));
  splunk = await startHecSimulator();
  elastic = await startBulkSimulator();
  environment = { ...environmentOf("SPLUNK_HEC", splunk.config), SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters") };
});
afterEach(async () => {
  await splunk.close();
  await elastic.close();
  await rm(folder, { recursive: true });
});

function events(count: number): string[] {
  const generator = createEventGenerator({ seed: 7 });
  return Array.from({ length: count }, () => JSON.stringify(generator.next()));
}

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe("run --input", () => {
  it.each([
    ["", []],
    [", from workers", ["--workers", "2"]],
  ])("delivers every event to every destination and prints the account alone on stdout%s", async (_, words) => {
    const path = await file("events.ndjson", events(1000).join("\n"));
    const both = { ...environment, ...environmentOf("ELASTIC", elastic.config) };
    const { exitCode, stdout } = await run(["run", "--input", path, "--json", ...words], both);
    expect(exitCode).toBe(0);
    const line = {
      accepted: 1000,
      delivered: 1000,
      dead_lettered: 0,
      filtered: 0,
      queued: 0,
      attempts: 10,
      health: "healthy",
    };
    const { destinations, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({ read: 1000, accepted: 1000, refused: 0 });
    expect(destinations).toHaveLength(2);
    expect(destinations).toContainEqual({ id: "splunk_hec", type: "splunk_hec", ...line });
    expect(destinations).toContainEqual({ id: "elastic", type: "elastic", ...line });
    expect([splunk.counts().stored, elastic.counts().stored]).toEqual([1000, 1000]);
  });

  it("reads standard input, and unpacks gzip wherever it comes from", async () => {
    const running = start(["run", "--input", "-", "--json"], environment);
    running.process.stdin?.end(gzipSync(events(30).join("\r\n")));
    const { exitCode, stdout } = await running.finished;
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { read: 30, accepted: 30 }]);
    expect(splunk.counts().stored).toBe(30);
  });

  it("ends with 1 and names the lines that it refused", async () => {
    const lines = events(2);
    const path = await file("mixed.ndjson", [lines[0], "", "{not json", '{"time":1}', lines[1], ""].join("\n"));
    const { exitCode, stdout, stderr } = await run(["run", "--input", path, "--json"], environment);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, { read: 4, accepted: 2, refused: 2 }]);
    expect(stderr).toContain("line 3 refused: not valid JSON");
    expect(stderr).toContain("line 4 refused: class_uid");
  });

  it("reads a JSON array, and names the events of it that it refused", async () => {
    const [first, second] = events(2);
    const path = await file("events.json", `[\n  ${first},\n  {"time":1},\n  ${second}\n]\n`);
    const { exitCode, stdout, stderr } = await run(["run", "--input", path, "--json"], environment);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, { read: 3, accepted: 2, refused: 1 }]);
    expect(stderr).toContain("event 2 refused: class_uid");
    expect(splunk.counts().stored).toBe(2);
  });

  it("delivers what comes before the place where an array is broken, and names it", async () => {
    const [first, second] = events(2);
    const path = await file("broken.json", `[${first} ${second}]`);
    const { exitCode, stdout } = await run(["run", "--input", path, "--json"], environment);
    const problem = expect.stringMatching(/^The input is a JSON array that breaks off after 1 event: expected ","/);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, { read: 1, accepted: 1, problem }]);
  });

  it("says so when gzip ends too early, and delivers what came before", async () => {
    const packed = gzipSync(events(2000).join("\n"));
    const path = await file("cut.ndjson.gz", packed.subarray(0, packed.length / 2));
    const { exitCode, stdout } = await run(["run", "--input", path, "--json"], environment);
    const account = JSON.parse(stdout);
    expect([exitCode, account.problem]).toEqual([1, expect.stringContaining("unexpected end of file")]);
    expect(account.accepted).toBeGreaterThan(0);
    expect(splunk.counts().stored).toBe(account.accepted);
  });

  it("is not held up by a destination that refuses the credential: its events are dead-lettered, then replayed", async () => {
    const path = await file("events.ndjson", events(250).join("\n"));
    const wrong = { ...environment, SPLUNK_HEC_TOKEN: "00000000-0000-4000-8000-000000000000" };
    const { exitCode, stdout } = await run(["run", "--input", path], wrong);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("splunk_hec is failed: ");
    expect(stdout).toContain("250 events were dead-lettered (send 250)");
    expect(stdout).toContain("arbitex-siem dead-letters replay --destination splunk_hec");

    const list = await run(["dead-letters", "list", "--json"], environment);
    expect(JSON.parse(list.stdout)).toMatchObject({
      total: 250,
      counts: [{ destination: "splunk_hec", stage: "send", count: 250 }],
    });
    const { id } = JSON.parse(list.stdout).letters[0];
    const shown = JSON.parse((await run(["dead-letters", "show", id, "--json"], environment)).stdout);
    expect(shown).toMatchObject({ id, destination: "splunk_hec", reason: "shutdown", event: { metadata: {} } });
    const unknown = await run(["dead-letters", "show", "none"], environment);
    expect(unknown.stderr).toContain(`none in ${join(folder, "dead-letters", "splunk_hec.jsonl")}`);

    const dry = await run(["dead-letters", "replay", "--dry-run", "--json"], environment);
    expect(JSON.parse(dry.stdout)).toMatchObject({ dry_run: true, destinations: [{ found: 250, offered: 0 }] });
    const stuck = await run(["dead-letters", "replay", "--json"], wrong);
    expect([stuck.exitCode, JSON.parse(stuck.stdout).destinations[0]]).toMatchObject([1, { settled: 0, end: "stuck" }]);
    expect(splunk.counts().stored).toBe(0);

    const replayed = await run(["dead-letters", "replay", "--json"], environment);
    expect([replayed.exitCode, JSON.parse(replayed.stdout).destinations[0]]).toMatchObject([
      0,
      { found: 250, settled: 250, dead_lettered: 0, end: "complete" },
    ]);
    expect([splunk.counts().stored, splunk.counts().repeated]).toEqual([250, 0]);
    const again = await run(["dead-letters", "replay", "--json"], environment);
    expect(JSON.parse(again.stdout).destinations[0]).toMatchObject({ found: 0, offered: 0 });
    const deadLetters = await readFile(join(folder, "dead-letters", "splunk_hec.jsonl"), "utf8");
    expect(deadLetters.trimEnd().split("\n")).toHaveLength(250);
  });

  it("says where events go and who said so, before it sends any", async () => {
    const path = await file("events.ndjson", events(1).join("\n"));
    const { stderr } = await run(["run", "--input", path, "--json"], environment);
    expect(stderr).toMatch(/splunk_hec +splunk_hec +all +environment: SPLUNK_HEC_URL, SPLUNK_HEC_TOKEN/);
  });

  it.each(["SIGTERM", "SIGHUP"] as const)(
    "reads no further after %s, delivers what was read and ends with 1",
    async (signal) => {
      const running = start(["run", "--input", "-", "--json"], environment);
      running.process.stdin?.write(`${events(100).join("\n")}\n`);
      while (splunk.counts().stored < 100) await new Promise((resolve) => setImmediate(resolve));
      running.process.kill(signal);
      const { exitCode, stdout } = await running.finished;
      expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, { read: 100, accepted: 100 }]);
      expect(splunk.counts().stored).toBe(100);
    },
  );
});

describe("dead-letters replay", () => {
  it("goes on after a kill -9 half-way without losing any, repeating at most what was under way", async () => {
    const path = await file("events.ndjson", events(1000).join("\n"));
    await run(["run", "--input", path], { ...environment, SPLUNK_HEC_TOKEN: "00000000-0000-4000-8000-000000000000" });
    const killed = start(["dead-letters", "replay", "--rate", "400"], environment);
    while (splunk.counts().stored < 200) await new Promise((resolve) => setImmediate(resolve));
    killed.process.kill("SIGKILL");
    await killed.finished;
    const { exitCode } = await run(["dead-letters", "replay"], environment);
    const { stored, repeated } = splunk.counts();
    expect([exitCode, stored]).toEqual([0, 1000]);
    expect(repeated).toBeLessThanOrEqual(100);
  });
});

describe("check", () => {
  it("ends with 0 when every step passed, and with 1 and a fix when one failed", async () => {
    const good = await run(["check", "--json"], environment);
    expect([good.exitCode, JSON.parse(good.stdout)]).toMatchObject([
      0,
      { ok: true, destinations: [{ id: "splunk_hec", passed: true }] },
    ]);
    const bad = await run(["check", "splunk_hec"], { ...environment, SPLUNK_HEC_TOKEN: "wrong" });
    expect(bad.exitCode).toBe(1);
    expect(bad.stdout).toContain("✗");
    expect(bad.stdout).toContain("→");
  });
});
