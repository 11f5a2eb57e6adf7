import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { keyFiles, queueOnDisk, someEvents } from "../../packages/server/test/bundles.ts";
import { environmentOf, run, start } from "./command.ts";

let folder: string;
let hec: HecSimulator;
let keys: Awaited<ReturnType<typeof keyFiles>>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundles-"));
  keys = await keyFiles(folder);
  hec = await startHecSimulator();
});
afterEach(async () => {
  await hec.close();
  await rm(folder, { recursive: true });
});

/** One side's environment: a queue of its own, and the destination `splunk_hec`. */
function side(name: string, url = hec.url): Record<string, string> {
  return {
    SIEM_QUEUE: "disk",
    SIEM_QUEUE_PATH: join(folder, name, "queue"),
    SIEM_DEAD_LETTER_PATH: join(folder, name, "dead-letters"),
    ...environmentOf("SPLUNK_HEC", { ...hec.config, url }),
  };
}

const bundle = () => join(folder, "monday.bundle");
const exportTo = (path = bundle(), ...more: string[]) => [
  "export",
  "splunk_hec",
  "--to",
  path,
  ...keys.exporting,
  ...more,
];
const importOf = (path = bundle(), ...more: string[]) => ["import", path, ...keys.importing, ...more];
const queuePath = () => join(folder, "a", "queue");

async function queued(environment: Record<string, string>): Promise<number> {
  const { stdout } = await run(["queue", "status", "--json"], environment);
  return JSON.parse(stdout).destinations[0]?.events ?? 0;
}

it("moves a queue over an air gap: every event once, in order, and both accounts close", async () => {
  const events = someEvents(2500);
  await queueOnDisk(queuePath(), "splunk_hec", [events]);
  const exported = await run([...exportTo(), "--json"], side("a", "http://127.0.0.1:9"));
  expect([exported.exitCode, JSON.parse(exported.stdout)]).toMatchObject([
    0,
    { read: 2500, exported: 2500, filtered: 0, left: 0, bundle: { events: 2500, frames: 3, path: bundle() } },
  ]);
  expect(await queued(side("a"))).toBe(0);

  const imported = await run([...importOf(), "--json"], side("b"));
  expect([imported.exitCode, JSON.parse(imported.stdout)]).toMatchObject([
    0,
    { read: 2500, accepted: 2500, left: 0, destinations: [{ id: "splunk_hec", delivered: 2500, queued: 0 }] },
  ]);
  expect(hec.ids).toEqual(events.map(({ id }) => id));

  const again = await run(importOf(), side("b"));
  expect([again.exitCode, again.stderr]).toEqual([
    2,
    expect.stringContaining('was delivered to "splunk_hec" in whole'),
  ]);
  expect(hec.ids).toHaveLength(2500);
  const empty = await run([...exportTo(join(folder, "tuesday.bundle")), "--json"], side("a"));
  expect([empty.exitCode, JSON.parse(empty.stdout)]).toMatchObject([0, { bundle: null, read: 0 }]);
  expect(existsSync(join(folder, "tuesday.bundle"))).toBe(false);
});

it("exports what was accepted in a time, and leaves the rest queued", async () => {
  const batches = [someEvents(700, 1), someEvents(700, 2), someEvents(700, 3)];
  for (const [day, records] of batches.entries()) {
    for (const record of records) Object.assign(record, { acceptedAt: Date.UTC(2026, 10, 20 + day, 12) });
  }
  await queueOnDisk(queuePath(), "splunk_hec", batches);
  const range = ["--since", "2026-11-21", "--until", "2026-11-22", "--json"];
  const exported = await run(exportTo(bundle(), ...range), side("a"));
  expect(JSON.parse(exported.stdout)).toMatchObject({ read: 2100, exported: 700, left: 1400 });
  expect(await queued(side("a"))).toBe(1400);
  const rest = await run(exportTo(join(folder, "rest"), "--json"), side("a"));
  expect(JSON.parse(rest.stdout)).toMatchObject({ read: 1400, exported: 1400, left: 0 });
  await run(importOf(), side("b"));
  expect(hec.ids).toEqual(batches[1]?.map(({ id }) => id));
  await run(importOf(join(folder, "rest")), side("b"));
  expect(new Set(hec.ids).size).toBe(2100);
});

it("refuses what is altered, cut, for another key or another destination, names the way out, and delivers nothing", async () => {
  await queueOnDisk(queuePath(), "splunk_hec", [someEvents(1500)]);
  await run(exportTo(), side("a"));
  const whole = await readFile(bundle());
  const altered = Buffer.from(whole);
  altered[whole.length >> 1] = (altered[whole.length >> 1] ?? 0) ^ 1;
  await writeFile(join(folder, "altered"), altered);
  await writeFile(join(folder, "cut"), whole.subarray(0, whole.length - 10));
  const strangers = await mkdtemp(join(folder, "strangers-"));
  const { importing } = await keyFiles(strangers);
  const splunkless = {
    SIEM_QUEUE_PATH: join(folder, "b", "queue"),
    SUMO_HTTP_SOURCE_URL: "http://127.0.0.1:9/receiver/v1/http/x",
  };
  const cases: [string[], Record<string, string>, string][] = [
    [importOf(join(folder, "altered")), side("b"), "is altered"],
    [importOf(join(folder, "cut")), side("b"), "--incomplete"],
    [["import", bundle(), ...importing], side("b"), "is signed with the key"],
    [["import", bundle(), ...keys.importing.slice(0, 2), ...importing.slice(2)], side("b"), "is encrypted for the key"],
    [importOf(), splunkless, "which is not configured here"],
    [importOf(join(folder, "sign.pem")), side("b"), "it is no bundle"],
    [importOf(join(folder, "none")), side("b"), "cannot be opened"],
    [importOf(folder), side("b"), "cannot be read at byte 0"],
    [["import", bundle()], side("b"), "openssl genpkey -algorithm ed25519"],
    [["export", "splunk_hec", "--to", bundle()], side("a"), "openssl genpkey -algorithm x25519"],
    [exportTo(), side("a"), "is there already"],
    [["export", "splunk", "--to", join(folder, "x"), ...keys.exporting], side("a"), "There is no destination"],
    [exportTo(join(folder, "x")), { ...side("a"), SIEM_QUEUE: "memory" }, "SIEM_QUEUE=disk"],
    [exportTo(join(folder, "x")), side("none"), "There is no queue folder"],
  ];
  for (const [words, environment, text] of cases) {
    const { exitCode, stderr } = await run(words, environment);
    expect([exitCode, stderr], words.join(" ")).toEqual([2, expect.stringContaining(text)]);
  }
  expect(hec.counts().requests).toBe(0);
});

it("moves nothing where the bundle cannot be written, or a server without a socket has the queue", async () => {
  await queueOnDisk(queuePath(), "splunk_hec", [someEvents(1500)]);
  const misplaced = await run(exportTo(join(folder, "none", "x")), side("a"));
  expect([misplaced.exitCode, misplaced.stderr]).toEqual([
    2,
    expect.stringMatching(/cannot be written: ENOENT.*--resume/),
  ]);
  hec.refuseCredentials?.(true);
  const server = start(["run", "--port", "0"], { ...side("a"), SIEM_CONTROL_PATH: join(folder, "elsewhere") });
  onTestFinished(() => void server.process.kill("SIGKILL"));
  await server.says(/http:\/\/127\.0\.0\.1:\d+/);
  const locked = await run(exportTo(), side("a"));
  expect([locked.exitCode, locked.stderr]).toEqual([2, expect.stringContaining("is in use by")]);
  server.process.kill("SIGKILL");
  await server.finished;
  expect(await queued(side("a"))).toBe(1500);
  // Killed before it had written its first line.
  await writeFile(`${bundle()}.partial`, '{"format":"arb');
  expect((await run(exportTo(bundle(), "--resume"), side("a"))).exitCode).toBe(0);
});

it("exports from a running server, which goes on accepting and delivers again afterwards", async () => {
  const before = someEvents(2500);
  await queueOnDisk(queuePath(), "splunk_hec", [before]);
  hec.refuseCredentials?.(true);
  const server = start(["run", "--port", "0"], side("a"));
  onTestFinished(() => void server.process.kill("SIGKILL"));
  const origin = (await server.says(/http:\/\/127\.0\.0\.1:\d+/))[0];
  const ranged = await run([...exportTo(), "--since", "24h"], side("a"));
  expect([ranged.exitCode, ranged.stderr]).toEqual([2, expect.stringContaining("stop the server first")]);
  const unknown = await run(["export", "splunk", "--to", bundle(), ...keys.exporting], side("a"));
  expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining("Open are: splunk_hec")]);
  // A bundle that cannot be begun leaves the queue to the server.
  const misplaced = await run(exportTo(join(folder, "none", "x")), side("a"));
  expect([misplaced.exitCode, misplaced.stderr]).toEqual([2, expect.stringContaining("cannot be written: ENOENT")]);

  const exported = await run([...exportTo(), "--json"], side("a"));
  expect([exported.exitCode, JSON.parse(exported.stdout)]).toMatchObject([
    0,
    { read: 2500, exported: 2500, left: 0, bundle: { events: 2500, frames: 3 } },
  ]);
  hec.refuseCredentials?.(false);
  const after = someEvents(20, 7);
  const answer = await fetch(`${origin}/v1/events`, {
    method: "POST",
    headers: { "content-type": "application/x-ndjson" },
    body: after.map(({ json }) => json).join("\n"),
  });
  expect(await answer.json()).toMatchObject({ accepted: 20 });
  server.process.kill("SIGTERM");
  await server.finished;
  expect(hec.ids).toEqual(after.map(({ id }) => id));
  expect(await queued(side("a"))).toBe(0);
  await run(importOf(), side("b"));
  expect(hec.ids.slice(20)).toEqual(before.map(({ id }) => id));
});

it("gives the queue back when an export from a running server is killed, and finishes it later", async () => {
  const events = someEvents(12_000);
  await queueOnDisk(queuePath(), "splunk_hec", [events]);
  hec.refuseCredentials?.(true);
  const server = start(["run", "--port", "0"], side("a"));
  onTestFinished(() => void server.process.kill("SIGKILL"));
  await server.says(/http:\/\/127\.0\.0\.1:\d+/);
  const running = start(exportTo(bundle(), "--resume"), side("a"));
  const killBehind = async () => {
    const found = await stat(`${bundle()}.partial`).catch(() => undefined);
    if (found !== undefined && found.size > 300_000) running.process.kill("SIGKILL");
  };
  const watch = setInterval(() => void killBehind(), 1);
  await running.finished;
  clearInterval(watch);
  expect(running.process.signalCode).toBe("SIGKILL");
  const finished = await run([...exportTo(bundle(), "--resume"), "--json"], side("a"));
  expect([finished.exitCode, finished.stderr]).toEqual([0, expect.any(String)]);
  server.process.kill("SIGTERM");
  await server.finished;
  expect(await queued(side("a"))).toBe(0);
  hec.refuseCredentials?.(false);
  expect((await run(importOf(), side("b"))).exitCode).toBe(0);
  expect(hec.ids).toEqual(events.map(({ id }) => id));
}, 60_000);

it("goes on after the destination was down, repeating nothing", async () => {
  const events = someEvents(2500);
  await queueOnDisk(queuePath(), "splunk_hec", [events]);
  await run(exportTo(), side("a"));
  hec.refuseCredentials?.(true);
  const stuck = await run([...importOf(), "--json"], side("b"));
  expect([stuck.exitCode, JSON.parse(stuck.stdout)]).toMatchObject([1, { left: 2500 }]);
  expect(existsSync(join(folder, "b", "dead-letters", "splunk_hec.jsonl"))).toBe(false);
  hec.refuseCredentials?.(false);
  const resumed = await run([...importOf(), "--json"], side("b"));
  expect([resumed.exitCode, JSON.parse(resumed.stdout)]).toMatchObject([0, { left: 0 }]);
  expect(hec.ids).toEqual(events.map(({ id }) => id));
});

it("takes what there is of an unfinished bundle, loudly, and the rest once it is finished", async () => {
  const events = someEvents(2500);
  await queueOnDisk(queuePath(), "splunk_hec", [events]);
  await run(exportTo(), side("a"));
  const whole = await readFile(bundle());
  await writeFile(join(folder, "part"), whole.subarray(0, whole.length - 2000));
  const part = await run(importOf(join(folder, "part"), "--incomplete"), side("b"));
  expect([part.exitCode, part.stderr]).toEqual([1, expect.stringContaining("THE END OF")]);
  expect(hec.ids).toHaveLength(2000);
  expect((await run(importOf(), side("b"))).exitCode).toBe(0);
  expect(hec.ids).toEqual(events.map(({ id }) => id));
});

it("loses no event and repeats none when an export is killed at any instant and finished later", async () => {
  const events = someEvents(12_000);
  await queueOnDisk(queuePath(), "splunk_hec", [events]);
  let kills = 0;
  for (const frames of [0, 1, 3, 6, 10, 12]) {
    const running = start(exportTo(bundle(), "--resume"), side("a"));
    const killBehind = async () => {
      const found = await stat(`${bundle()}.partial`).catch(() => undefined);
      // A frame takes some 100 kB.
      if (found !== undefined && found.size > frames * 90_000) running.process.kill("SIGKILL");
    };
    const watch = setInterval(() => void killBehind(), 1);
    await running.finished;
    clearInterval(watch);
    if (running.process.signalCode === "SIGKILL") kills++;
  }
  expect(kills).toBeGreaterThan(1);
  if (!existsSync(bundle())) {
    const finished = await run(exportTo(bundle(), "--resume"), side("a"));
    expect([finished.exitCode, finished.stderr]).toEqual([0, expect.any(String)]);
  }
  expect(await queued(side("a"))).toBe(0);
  expect((await run(importOf(), side("b"))).exitCode).toBe(0);
  expect(hec.ids).toEqual(events.map(({ id }) => id));
}, 60_000);

it("loses no event of an import that is killed, and repeats at most the batch that was under way", async () => {
  const events = someEvents(6000);
  await queueOnDisk(queuePath(), "splunk_hec", [events]);
  await run(exportTo(), side("a"));
  let kills = 0;
  for (const delivered of [100, 1200, 3000, 4500]) {
    const running = start(importOf(), side("b"));
    const watch = setInterval(() => {
      if (hec.ids.length >= delivered) running.process.kill("SIGKILL");
    }, 1);
    onTestFinished(() => clearInterval(watch));
    await once(running.process, "close");
    clearInterval(watch);
    if (running.process.signalCode === "SIGKILL") kills++;
  }
  expect(kills).toBeGreaterThan(1);
  await run(importOf(), side("b"));
  const again = await run(importOf(), side("b"));
  expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining("in whole")]);
  expect(new Set(hec.ids)).toEqual(new Set(events.map(({ id }) => id)));
  expect(hec.ids.length - events.length).toBeLessThanOrEqual(kills * 100);
}, 60_000);
