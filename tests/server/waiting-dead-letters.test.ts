import { appendFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Running } from "./command.ts";
import { environmentOf, run, start } from "./command.ts";

let folder: string;
let splunk: HecSimulator;
let environment: Record<string, string>;
let server: Running | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "waiting-"));
  splunk = await startHecSimulator();
  await mkdir(join(folder, "dead-letters"));
  environment = {
    ...environmentOf("SPLUNK_HEC", splunk.config),
    SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
    SIEM_CONTROL_PATH: join(folder, "control.sock"),
  };
});
afterEach(async () => {
  server?.process.kill("SIGKILL");
  await server?.finished;
  server = undefined;
  await splunk.close();
  await rm(folder, { recursive: true });
});

async function write(destination: string, ...ids: string[]): Promise<void> {
  const time = Date.now();
  const lines = ids.map((id) =>
    JSON.stringify({
      id,
      destination,
      type: "splunk_hec",
      org_id: null,
      event_id: id,
      stage: "send",
      reason: "503",
      attempts: 4,
      ambiguous: false,
      first_attempt_at: null,
      dead_lettered_at: "2026-01-01T00:00:00.000Z",
      event: { class_uid: 6003, time, severity_id: 1, metadata: { uid: id } },
    }),
  );
  await appendFile(join(folder, "dead-letters", `${destination}.jsonl`), `${lines.join("\n")}\n`);
}

async function look(): Promise<{ waiting: number; elsewhere: unknown; metrics: string[] }> {
  const origin = (await server?.says(/Listening on (http:\S+)/))?.[1] ?? "";
  const { destinations, dead_letters_elsewhere: elsewhere } = (await (
    await fetch(`${origin}/v1/destinations`)
  ).json()) as { destinations: { dead_letters_waiting: number }[]; dead_letters_elsewhere: unknown };
  const metrics = await (await fetch(`${origin}/metrics`)).text();
  return {
    waiting: destinations[0]?.dead_letters_waiting ?? -1,
    elsewhere,
    metrics: metrics.split("\n").filter((line) => line.startsWith("siem_dead_letters_waiting{")),
  };
}

it("dead letters that wait are seen in a running server, and not any more once another process has replayed them", async () => {
  await write("splunk_hec", "a", "b", "c");
  await write("old-splunk", "d");
  server = start(["run", "--port", "0"], environment);
  expect(await look()).toEqual({
    waiting: 3,
    elsewhere: [{ destination: "old-splunk", waiting: 1, waiting_by_stage: { send: 1 } }],
    metrics: [
      'siem_dead_letters_waiting{destination="old-splunk",stage="send"} 1',
      'siem_dead_letters_waiting{destination="splunk_hec",stage="send"} 3',
    ],
  });
  expect((await run(["dead-letters", "replay"], environment)).exitCode).toBe(0);
  expect(await look()).toMatchObject({ waiting: 0 });
});

it("a replay says what it leaves out, and sends the dead letters of a destination that is gone where it is told to", async () => {
  await write("splunk_hec", "a");
  await write("old-splunk", "b", "c");
  const first = await run(["dead-letters", "replay"], environment);
  expect(first.stdout).toContain("old-splunk: 2 dead letters");
  expect(first.stdout).toContain("--to");
  expect(splunk.counts().stored).toBe(1);

  const unknown = await run(["dead-letters", "replay", "--destination", "old-splunk"], environment);
  expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining("--to ID, one of: splunk_hec")]);

  const words = ["dead-letters", "replay", "--destination", "old-splunk", "--to", "splunk_hec", "--json"];
  const moved = await run(words, environment);
  const account = { id: "splunk_hec", from: "old-splunk", found: 2, settled: 2, end: "complete" };
  expect([moved.exitCode, JSON.parse(moved.stdout)]).toMatchObject([0, { destinations: [account], left_out: [] }]);
  expect(splunk.counts().stored).toBe(3);
  expect(JSON.parse((await run(words, environment)).stdout)).toMatchObject({ destinations: [{ found: 0 }] });
});
