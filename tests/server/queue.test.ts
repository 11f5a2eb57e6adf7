import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEventGenerator, startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import type { Running } from "./command.ts";
import { run, start } from "./command.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "queue-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function startServer(environment: Record<string, string>): Promise<{ server: Running; url: string }> {
  const server = start(["run", "--port", "0"], environment);
  onTestFinished(() => void server.process.kill("SIGKILL"));
  const [, url = ""] = await server.says(/(http:\/\/127\.0\.0\.1:\d+)/);
  return { server, url };
}

it("a server's queue is on disk: what it has acknowledged is delivered after kill -9", async () => {
  const hec = await startHecSimulator();
  onTestFinished(() => hec.close());
  hec.refuseCredentials?.(true);
  const environment = {
    SIEM_QUEUE: "disk",
    SIEM_QUEUE_PATH: join(folder, "queue"),
    SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
    SPLUNK_HEC_URL: hec.url,
    SPLUNK_HEC_TOKEN: String(hec.config["token"]),
    SPLUNK_HEC_FLUSH_INTERVAL: "0",
  };
  const first = await startServer(environment);
  const generator = createEventGenerator({ seed: 1 });
  const events = Array.from({ length: 300 }, () => generator.next());
  const reply = await fetch(`${first.url}/v1/events`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(events),
  });
  expect([reply.status, await reply.json()]).toEqual([202, { accepted: 300, rejected: [] }]);
  first.server.process.kill("SIGKILL");
  await first.server.finished;

  const waiting = await run(["queue", "status", "--json"], environment);
  expect(JSON.parse(waiting.stdout)).toMatchObject({ holder: null, destinations: [{ id: "splunk_hec", events: 300 }] });
  const verified = await run(["queue", "verify"], environment);
  expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining("Everything can be read.")]);

  hec.refuseCredentials?.(false);
  const early = await run(["queue", "dead-letter", "splunk_hec"], environment);
  expect([early.exitCode, early.stderr]).toEqual([2, expect.stringContaining("is configured")]);
  const second = await startServer(environment);
  await expect.poll(() => hec.counts().stored, { timeout: 15_000 }).toBe(300);
  const locked = await run(["queue", "verify"], environment);
  expect([locked.exitCode, locked.stderr]).toEqual([2, expect.stringContaining("process")]);
  second.server.process.kill("SIGTERM");
  expect((await second.server.finished).exitCode).toBe(0);
  const repaired = await run(["queue", "repair"], environment);
  expect([repaired.exitCode, repaired.stdout]).toEqual([0, expect.stringContaining("Nothing was to be repaired.")]);
});

it("a queue folder that is not there is a wrong path", async () => {
  const { exitCode, stderr } = await run(["queue", "status", "--path", join(folder, "none")]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("There is no queue folder")]);
});

it("what waits for a destination that is gone becomes dead letters", async () => {
  const hec = await startHecSimulator();
  onTestFinished(() => hec.close());
  hec.refuseCredentials?.(true);
  const environment = {
    SIEM_QUEUE: "disk",
    SIEM_QUEUE_PATH: join(folder, "queue"),
    SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
  };
  const splunk = { SPLUNK_HEC_URL: hec.url, SPLUNK_HEC_TOKEN: String(hec.config["token"]) };
  const { server, url } = await startServer({ ...environment, ...splunk });
  const generator = createEventGenerator({ seed: 1 });
  const events = Array.from({ length: 30 }, () => generator.next());
  const headers = { "content-type": "application/json" };
  await fetch(`${url}/v1/events`, { method: "POST", headers, body: JSON.stringify(events) });
  const locked = await run(["queue", "dead-letter", "splunk_hec"], environment);
  expect([locked.exitCode, locked.stderr]).toEqual([2, expect.stringContaining("process")]);
  server.process.kill("SIGKILL");
  await server.finished;

  const misspelt = await run(["queue", "dead-letter", "splunk"], environment);
  expect([misspelt.exitCode, misspelt.stderr]).toEqual([2, expect.stringContaining("for splunk_hec")]);
  // The command's old name is an alias.
  const deadLettered = await run(["queue", "bury", "splunk_hec", "--json"], environment);
  expect([deadLettered.exitCode, JSON.parse(deadLettered.stdout)]).toMatchObject([
    0,
    { destination: "splunk_hec", buried: 30 },
  ]);
  const deadLetters = await readFile(join(folder, "dead-letters", "splunk_hec.jsonl"), "utf8");
  expect(deadLetters.match(/"stage":"removed"/g)).toHaveLength(30);
  const left = await run(["queue", "status", "--json"], environment);
  expect(JSON.parse(left.stdout)).toMatchObject({ destinations: [] });
});
