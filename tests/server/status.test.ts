import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HecSimulator } from "@arbitex/simulators";
import { createEventGenerator, startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Running } from "./command.ts";
import { run, start } from "./command.ts";

let folder: string;
let splunk: HecSimulator;
let server: Running;
let origin: string;
let config: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "status-"));
  splunk = await startHecSimulator();
  config = join(folder, "siem.config.yaml");
  await writeFile(
    config,
    `queue: { store: disk, path: "${join(folder, "queue")}" }\ndead_letters: { path: "${join(folder, "dead-letters")}" }\n` +
      `environment: false\ndestinations:\n${destination("well", splunk.url, "RIGHT_TOKEN")}` +
      `${destination("wrong", splunk.url, "WRONG_TOKEN")}${destination("down", "http://127.0.0.1:1", "WRONG_TOKEN")}`,
  );
  const tokens = { RIGHT_TOKEN: String(splunk.config["token"]), WRONG_TOKEN: "00000000-0000-4000-8000-000000000000" };
  server = start(["run", "--port", "0", "--config", config], { SIEM_QUEUE: "disk", ...tokens });
  origin = (await server.says(/Listening on (http:\S+)/))[1] ?? "";
});
afterEach(async () => {
  server.process.kill("SIGKILL");
  await server.finished;
  await splunk.close();
  await rm(folder, { recursive: true });
});

function destination(id: string, url: string, variable: string): string {
  return `  - { id: ${id}, type: splunk_hec, config: { url: "${url}", token: "\${${variable}}" }, delivery: { flush_interval: 0.1 } }\n`;
}

/** As an operator would, who has none of the server's secrets. */
const ask = (...words: string[]) => run([...words, "--config", config], { SIEM_QUEUE: "disk" });

async function reported(): Promise<Record<string, Record<string, unknown>>> {
  const { stdout } = await ask("status", "--json");
  const { destinations } = JSON.parse(stdout) as { destinations: { id: string }[] };
  return Object.fromEntries(destinations.map((one) => [one.id, one]));
}

it("status says what is stuck in a running server, since when, why, what to do and when it is tried again", async () => {
  const event = JSON.stringify(createEventGenerator({ seed: 3 }).next());
  await fetch(`${origin}/v1/events`, { method: "POST", headers: { "content-type": "application/json" }, body: event });
  await expect.poll(reported, { timeout: 15_000 }).toMatchObject({
    well: { health: "healthy", queued: 0, delivered: 1, dead_letters_waiting: 0, next_attempt_at: null },
    wrong: { health: "failed", queued: 1, fix: expect.stringContaining("token"), next_attempt_at: expect.any(String) },
    down: {
      health: "degraded",
      reason: expect.stringContaining("ECONNREFUSED"),
      fix: expect.stringContaining("listens"),
    },
  });
  const { exitCode, stdout } = await ask("status");
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/2 of 3 need a look/);
  expect(stdout).toMatch(/wrong +failed .* 1 /);
  expect(stdout).toMatch(/next attempt in \d+ s/);

  const one = await ask("status", "well");
  expect([one.exitCode, one.stdout]).toEqual([0, expect.stringContaining("well is healthy")]);
  const unknown = await ask("status", "nobody");
  expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining("It has: well, wrong, down.")]);
});

it("commands that only look need none of the variables that hold secrets, and refuse what leaves them unsure where to look", async () => {
  expect((await ask("queue", "status", "--json")).exitCode).toBe(0);
  expect((await ask("dead-letters", "list", "--json")).exitCode).toBe(0);
  await writeFile(config, "queue: { store: dusk }\n");
  const refused = await ask("dead-letters", "list");
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("queue.store")]);
});

it("says where a server would be when none runs", async () => {
  server.process.kill("SIGTERM");
  await server.finished;
  const { exitCode, stderr } = await ask("status");
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("no server runs with this configuration")]);
});
