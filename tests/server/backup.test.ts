import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HecSimulator } from "@arbitex/simulators";
import { createEventGenerator, startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Running } from "./command.ts";
import { environmentOf, start } from "./command.ts";

let folder: string;
let splunk: HecSimulator;
let server: Running;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "backup-"));
  splunk = await startHecSimulator();
});
afterEach(async () => {
  server.process.kill("SIGKILL");
  await server.finished;
  await splunk.close();
  await rm(folder, { recursive: true });
});

/** Starts a server whose state is in a folder of its own, and gives its origin. */
async function serve(state: string): Promise<string> {
  server = start(["run", "--port", "0", "--json"], {
    ...environmentOf("SPLUNK_HEC", splunk.config),
    SPLUNK_HEC_FLUSH_INTERVAL: "50ms",
    SPLUNK_HEC_ON_EXHAUSTED: "hold",
    SIEM_QUEUE: "disk",
    SIEM_QUEUE_PATH: join(folder, state, "queue"),
    SIEM_DEAD_LETTER_PATH: join(folder, state, "dead-letters"),
  });
  const [, origin = ""] = await server.says(/Listening on (http:\S+)/);
  return origin;
}

const generator = createEventGenerator({ seed: 3 });

/** Posts events and gives their ids. */
async function post(origin: string, count: number): Promise<readonly string[]> {
  const events = Array.from({ length: count }, () => generator.next());
  const headers = { "content-type": "application/x-ndjson" };
  const body = events.map((event) => `${JSON.stringify(event)}\n`).join("");
  const answer = await fetch(`${origin}/v1/events`, { method: "POST", headers, body });
  expect(await answer.json()).toEqual({ accepted: count, rejected: [] });
  return events.map((event) => (event as { metadata: { uid: string } }).metadata.uid);
}

async function lifetime(origin: string) {
  const answer = await fetch(`${origin}/v1/destinations`);
  const { destinations } = (await answer.json()) as { destinations: { lifetime: Record<string, number> }[] };
  return destinations[0]?.lifetime;
}

const stored = () => new Set(splunk.ids);

describe("a back-up of a server's state", () => {
  it("that was taken while it ran is delivered once it is restored, and its account closes", async () => {
    splunk.faults.set("503");
    const ids = await post(await serve("lost"), 60);
    await cp(join(folder, "lost"), join(folder, "restored"), { recursive: true, filter: isNoSocket });
    server.process.kill("SIGKILL");
    await server.finished;
    await rm(join(folder, "lost"), { recursive: true });

    splunk.faults.set([]);
    const origin = await serve("restored");
    await expect.poll(() => stored()).toEqual(new Set(ids));
    await expect
      .poll(() => lifetime(origin))
      .toMatchObject({ accepted: 60, delivered: 60, queued: 0, dead_lettered: 0, unreadable: 0 });
  });

  it("that is older than the last delivery repeats events under the same ids, and loses none", async () => {
    splunk.faults.set("503");
    const ids = await post(await serve("state"), 40);
    server.process.kill("SIGTERM");
    await server.finished;
    await cp(join(folder, "state"), join(folder, "back-up"), { recursive: true });
    splunk.faults.set([]);
    const origin = await serve("state");
    await expect.poll(() => stored()).toEqual(new Set(ids));
    const later = await post(origin, 10);
    await expect.poll(() => stored().size).toBe(50);
    server.process.kill("SIGTERM");
    await server.finished;

    await serve("back-up");
    await expect.poll(() => splunk.ids.length).toBe(90);
    expect(stored()).toEqual(new Set([...ids, ...later]));
  });
});

/** A socket cannot be copied. */
function isNoSocket(path: string): boolean {
  return !path.endsWith("control.sock");
}
