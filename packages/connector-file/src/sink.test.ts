import { spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectorContext, Sink } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { verify } from "../test/verify.ts";
import { file } from "./index.ts";
import type { After } from "./sink.ts";
import { openFileSink } from "./sink.ts";

const signal = new AbortController().signal;
const accepted = { kind: "accepted" };
const generator = createEventGenerator({ seed: 8 });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "connector-file-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

function batchOf(sink: Sink, count: number) {
  const records = Array.from({ length: count }, () => createEventRecord(generator.next()));
  return createTestBatch(file, sink, records);
}

function sinkTo(settings: object = {}, overrides: Partial<ConnectorContext> = {}, after?: After): Sink {
  const sink = openFileSink(
    file.configSchema.parse({ path: folder, ...settings }),
    createTestContext(overrides),
    after,
  );
  onTestFinished(() => sink.close?.());
  return sink;
}

const namesOf = (pattern: RegExp) => readdirSync(folder).filter((name) => pattern.test(name));
const linesOf = (name: string) => readFileSync(join(folder, name), "utf8").split("\n").slice(0, -1);
const path = (pattern: RegExp) => join(folder, namesOf(pattern)[0] ?? "missing");

describe("a batch", () => {
  it("stands in the file as it was encoded, sealed by the chain", async () => {
    const sink = sinkTo();
    const batch = batchOf(sink, 3);
    expect(await sink.send(batch, signal)).toEqual(accepted);
    expect(readFileSync(path(/\.ndjson\.open$/))).toEqual(batch.body);
    expect(linesOf(namesOf(/\.chain\.open$/)[0] ?? "")).toEqual([
      "arbitex-chain 1",
      "file audit-0000000001-20260115T080000Z.ndjson",
      `previous ${"0".repeat(64)}`,
      expect.stringMatching(new RegExp(`^batch ${batch.body.length} 3 [0-9a-f]{64}$`)),
    ]);
    expect(verify(folder)).toMatchObject({ exitCode: 0, summary: "1 files, 3 events, 0 problems" });
  });

  it("follows the one before it, also when both were given at the same time", async () => {
    const sink = sinkTo();
    const batches = [batchOf(sink, 2), batchOf(sink, 2), batchOf(sink, 2)];
    expect(await Promise.all(batches.map((batch) => sink.send(batch, signal)))).toEqual([accepted, accepted, accepted]);
    expect(readFileSync(path(/\.ndjson\.open$/))).toEqual(Buffer.concat(batches.map(({ body }) => body)));
    expect(verify(folder)).toMatchObject({ exitCode: 0, summary: "1 files, 6 events, 0 problems" });
  });
});

describe("a file", () => {
  it("and its folder can be read by the group, also under the server's umask", async () => {
    const mask = process.umask(0o077);
    try {
      const made = join(folder, "made");
      const sink = sinkTo({ path: made });
      expect(await sink.send(batchOf(sink, 2), signal)).toEqual(accepted);
      expect(statSync(made).mode & 0o777).toBe(0o750);
      for (const name of readdirSync(made).filter((one) => one.endsWith(".open"))) {
        expect(statSync(join(made, name)).mode & 0o777).toBe(0o640);
      }
      await sink.close?.();
    } finally {
      process.umask(mask);
    }
  });

  it("is closed at its size, read-only and under its last name, and the next one goes on from it", async () => {
    const sink = sinkTo({ max_file_bytes: 5000 });
    for (let round = 0; round < 8; round++) expect(await sink.send(batchOf(sink, 2), signal)).toEqual(accepted);
    await sink.close?.();
    const closed = namesOf(/\.ndjson$/);
    expect(closed.length).toBeGreaterThan(2);
    expect(namesOf(/\.open$/)).toEqual([]);
    for (const name of [...closed, ...namesOf(/\.chain$/)]) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o440);
      if (name.endsWith(".ndjson")) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(5000);
    }
    expect(verify(folder)).toMatchObject({ exitCode: 0, summary: `${closed.length} files, 16 events, 0 problems` });
  });

  it("is closed when it is old enough, although no event comes", async () => {
    const waits: { readonly ms: number; readonly action: () => void }[] = [];
    const sink = sinkTo({ max_file_age: 60 }, {}, (ms, action) => {
      waits.push({ ms, action });
      return () => undefined;
    });
    await sink.send(batchOf(sink, 1), signal);
    expect(waits).toMatchObject([{ ms: 60_000 }]);
    waits[0]?.action();
    await sink.send(batchOf(sink, 1), signal);
    expect(namesOf(/\.ndjson$/)).toHaveLength(1);
    expect(namesOf(/\.ndjson\.open$/)).toEqual(["audit-0000000002-20260115T080000Z.ndjson.open"]);
  });

  it("may be collected and removed: the next one still goes on from it, also after a restart", async () => {
    await opened(async (sink) => void (await sink.send(batchOf(sink, 2), signal)));
    const { end } = verify(folder);
    for (const name of namesOf(/^audit-/)) rmSync(join(folder, name), { force: true });
    await opened(async (sink) => void (await sink.send(batchOf(sink, 2), signal)));
    expect(namesOf(/\.ndjson$/)).toEqual(["audit-0000000002-20260115T080000Z.ndjson"]);
    expect(end).toBeDefined();
    expect(verify(folder, "--after", end ?? "")).toMatchObject({ exitCode: 0, problems: [] });
    expect(verify(folder, "--after", `1:${"1".repeat(64)}`).problems[0]).toContain("does not go on");
  });
});

describe("after a crash", () => {
  it("what was written but never sealed is cut off, and the trail goes on in a new file", async () => {
    const first = sinkTo();
    await first.send(batchOf(first, 3), signal);
    crash();
    const [data, chain] = [path(/\.ndjson\.open$/), path(/\.chain\.open$/)];
    appendFileSync(data, '{"metadata":{"uid":"torn');
    appendFileSync(chain, "batch 99");
    const second = sinkTo();
    expect(await second.send(batchOf(second, 2), signal)).toEqual(accepted);
    await second.close?.();
    expect(verify(folder)).toMatchObject({ exitCode: 0, summary: "2 files, 5 events, 0 problems" });
    for (const line of namesOf(/\.ndjson$/).flatMap(linesOf)) expect(() => JSON.parse(line)).not.toThrow();
  });

  it.each(["nothing at all", "half a head", "a head alone"])(
    "files with %s are removed, and their number is used again",
    async (how) => {
      const first = sinkTo();
      await first.send(batchOf(first, 1), signal);
      crash();
      const chain = path(/\.chain\.open$/);
      const text = readFileSync(chain, "utf8");
      const heads = {
        "nothing at all": "",
        "half a head": text.slice(0, 20),
        "a head alone": text.slice(0, text.indexOf("batch")),
      };
      writeFileSync(chain, heads[how as keyof typeof heads]);
      const second = sinkTo();
      await second.send(batchOf(second, 2), signal);
      await second.close?.();
      expect(verify(folder)).toMatchObject({ exitCode: 0, summary: "1 files, 2 events, 0 problems" });
    },
  );

  it("a file that was being closed is closed, from wherever that ended", async () => {
    const first = sinkTo();
    await first.send(batchOf(first, 1), signal);
    await first.close?.();
    const [data] = [path(/\.ndjson$/)];
    chmodSync(data, 0o640);
    rmSync(join(folder, ".arbitex", "end"));
    const second = sinkTo();
    await second.send(batchOf(second, 1), signal);
    expect(statSync(data).mode & 0o777).toBe(0o440);
    await second.close?.();
    expect(verify(folder)).toMatchObject({ exitCode: 0, summary: "2 files, 2 events, 0 problems" });
  });
});

describe("the verifier", () => {
  beforeEach(async () => {
    await opened(async (sink) => {
      for (let round = 0; round < 6; round++) await sink.send(batchOf(sink, 2), signal);
    });
    chmodSync(folder, 0o755);
  });

  it.each([
    [
      "a changed character",
      (name: string) => changed(name, (text) => text.replace("class_uid", "class_uiD")),
      "altered",
    ],
    ["a removed event", (name: string) => changed(name, (text) => text.slice(text.indexOf("\n") + 1)), "altered"],
    ["an added event", (name: string) => changed(name, (text) => `${text}{}\n`), "bytes"],
    ["a shortened file", (name: string) => truncateSync(join(folder, name), 100), "altered"],
    ["a removed file", (name: string) => rmSync(join(folder, name)), "events missing"],
  ])("finds %s", (_, act, problem) => {
    expect(verify(folder).exitCode).toBe(0);
    const [, second = ""] = namesOf(/\.ndjson$/);
    chmodSync(join(folder, second), 0o640);
    act(second);
    expect(verify(folder)).toMatchObject({ exitCode: 1, problems: [expect.stringContaining(problem)] });
  });

  it("finds a file that is gone with its chain, and one whose chain was made anew", () => {
    const [, second = ""] = namesOf(/\.ndjson$/);
    rmSync(join(folder, second));
    rmSync(join(folder, second.replace(".ndjson", ".chain")));
    expect(verify(folder).problems).toEqual([expect.stringContaining("file 2 to 2 missing")]);
  });

  it("is what the documented shell says too", () => {
    const format = readFileSync(new URL("../FORMAT.md", import.meta.url), "utf8");
    const [, script = ""] = /```sh\n(previous=[^`]*)```/.exec(format) ?? [];
    const [name = ""] = namesOf(/\.ndjson$/);
    const env = { ...process.env, F: join(folder, name.replace(".ndjson", "")) };
    expect(spawnSync("bash", ["-c", script], { env, encoding: "utf8" })).toMatchObject({
      status: 0,
      stdout: "whole\n",
    });
    chmodSync(join(folder, name), 0o640);
    changed(name, (text) => text.replace("class_uid", "class_uiD"));
    expect(spawnSync("bash", ["-c", script], { env, encoding: "utf8" })).toMatchObject({ status: 1 });
  });
});

describe("a folder", () => {
  it("of another destination suspends, and the check says who has it", async () => {
    const first = sinkTo();
    await first.send(batchOf(first, 1), signal);
    const second = sinkTo();
    expect(await second.send(batchOf(second, 1), signal)).toMatchObject({
      kind: "suspend",
      reason: expect.stringMatching(/in use by process \d+/),
      fix: expect.stringContaining("a folder of its own"),
    });
    const steps = async (sink: Sink) =>
      (await sink.check?.(signal))?.steps.map(({ name, status }) => `${name} ${status}`);
    expect(await steps(first)).toEqual(["folder passed", "room passed", "lock passed"]);
    expect(await steps(second)).toEqual(["folder passed", "room passed", "lock skipped"]);
    await first.close?.();
    expect(await second.send(batchOf(second, 1), signal)).toEqual(accepted);
  });

  it("that a file is in the way of suspends, with the fix, in the check as well", async () => {
    writeFileSync(join(folder, "in-the-way"), "");
    const sink = sinkTo({ path: join(folder, "in-the-way") });
    expect(await sink.send(batchOf(sink, 1), signal)).toMatchObject({ kind: "suspend", fix: expect.any(String) });
    expect(await sink.check?.(signal)).toMatchObject({ steps: [{ name: "folder", status: "failed" }] });
  });
});

/** Goes on in a copy of the folder as it is now, which is what a process leaves that is killed. */
function crash(): void {
  const copy = mkdtempSync(join(tmpdir(), "connector-file-"));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(folder, copy, { recursive: true });
  rmSync(join(copy, ".arbitex", "lock"));
  folder = copy;
}

async function opened(act: (sink: Sink) => Promise<void>): Promise<void> {
  const sink = openFileSink(file.configSchema.parse({ path: folder, max_file_bytes: 5000 }), createTestContext());
  await act(sink);
  await sink.close?.();
}

function changed(name: string, change: (text: string) => string): void {
  writeFileSync(join(folder, name), change(readFileSync(join(folder, name), "utf8")));
}
