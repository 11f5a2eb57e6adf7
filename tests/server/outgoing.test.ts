import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HecSimulator } from "@arbitex/simulators";
import { createEventGenerator, startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Running } from "./command.ts";
import { run, start } from "./command.ts";

const PATIENCE = { timeout: 60_000, interval: 50 };

let folder: string;
let siem: HecSimulator;
const running: Running[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outgoing-"));
  siem = await startHecSimulator();
});
afterEach(async () => {
  for (const { process } of running) process.kill("SIGKILL");
  await Promise.all(running.splice(0).map(({ finished }) => finished));
  await siem.close();
  await rm(folder, { recursive: true });
});

const file = () => join(folder, "siem.config.yaml");
const environment = () => ({
  SIEM_QUEUE: "disk",
  SIEM_QUEUE_PATH: join(folder, "queue"),
  SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
});
const command = (...words: string[]) => run([...words, "--config", file()], environment());

interface Entry {
  readonly id: string;
  readonly delivery?: object;
  readonly filter?: object;
}

const write = (...entries: readonly Entry[]) =>
  writeFile(
    file(),
    JSON.stringify({
      destinations: entries.map(({ id, delivery = {}, filter = {} }) => ({
        id,
        type: "splunk_hec",
        config: { ...siem.config, source: id },
        delivery: { flush_interval: "50ms", ...delivery },
        filter,
      })),
    }),
  );

async function serve(): Promise<{ readonly server: Running; readonly origin: string }> {
  const server = start(["run", "--port", "0", "--json", "--config", file()], environment());
  running.push(server);
  return { server, origin: (await server.says(/Listening on (http:\S+)/))[1] ?? "" };
}

const generator = createEventGenerator({ seed: 21 });
async function post(origin: string, count: number): Promise<void> {
  const body = Array.from({ length: count }, () => JSON.stringify(generator.next())).join("\n");
  const type = { "content-type": "application/x-ndjson" };
  const reply = await fetch(`${origin}/v1/events`, { method: "POST", headers: type, body });
  expect(await reply.json()).toMatchObject({ accepted: count });
}

async function accountOf(origin: string, id: string): Promise<Record<string, number>> {
  const reply = await fetch(`${origin}/v1/destinations`);
  const { destinations } = (await reply.json()) as { destinations: { id: string; lifetime: Record<string, number> }[] };
  const found = destinations.find((destination) => destination.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found.lifetime;
}

const becomes = (origin: string, id: string, account: object) =>
  vi.waitFor(async () => expect(await accountOf(origin, id)).toMatchObject(account), PATIENCE);

describe("arbitex-siem pause and resume", () => {
  it("hold a destination's events, and let them go", async () => {
    await write({ id: "soc" });
    const { origin } = await serve();
    expect(await command("pause", "soc", "--json")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('"paused":true'),
    });
    await post(origin, 20);
    expect(await accountOf(origin, "soc")).toMatchObject({ queued: 20, delivered: 0 });
    expect((await command("resume", "soc")).stdout).toContain("soc delivers again.");
    await becomes(origin, "soc", { queued: 0, delivered: 20 });
    const unknown = await command("pause", "nobody");
    expect([unknown.exitCode === 0, unknown.stderr.includes("nobody")]).toEqual([false, true]);
  });
});

describe("arbitex-siem explain", () => {
  it("shows what would leave, redacted and in its version, and by exit status that nothing would", async () => {
    await write(
      { id: "soc", delivery: { redact: [{ path: "message", action: "mask" }], ocsf_version: 1.8 } },
      { id: "none", filter: { cel: "severity_id > 98" } },
    );
    const event = join(folder, "event.json");
    await writeFile(event, JSON.stringify({ ...generator.next(), message: "a secret word" }));
    const sent = await command("explain", "soc", "--event", event, "--json");
    expect(sent.exitCode).toBe(0);
    expect(JSON.parse(sent.stdout)).toMatchObject({
      sent: true,
      redacted: ["message"],
      event: { message: "redacted", metadata: { version: "1.1.0" } },
      converted: { metadata: { version: "1.8.0" } },
      request: { headers: { authorization: "[secret]" } },
    });
    expect(sent.stdout).not.toContain("a secret word");
    const left = await command("explain", "none", "--event", event);
    expect(left.exitCode).toBe(1);
    expect(left.stdout).toContain("severity_id > 98");
    expect(siem.requests).toEqual([]);
  });
});

describe("arbitex-siem tap", () => {
  it("shows events as they pass or are left out, as they leave", async () => {
    await write({ id: "soc", delivery: { redact: [{ path: "message", action: "mask" }] } });
    const { origin } = await serve();
    const tap = start(["tap", "soc", "--filter", "class_uid > 0", "--json", "--config", file()], environment());
    running.push(tap);
    // Its first account says that it is open.
    await tap.says(/"kind":"account"/);
    await post(origin, 3);
    const [line = ""] = await tap.says(/\{"kind":"event".*\}/);
    expect(JSON.parse(line)).toMatchObject({
      destination: { id: "soc" },
      outcome: "passed",
      event: { message: "redacted" },
    });
    expect((await command("tap", "--filter", "severty_id > 1")).stderr).toContain("Did you mean severity_id?");
  });
});

describe("a destination with start: held", () => {
  it("gets what was held for another, though the server was killed as it began", async () => {
    await write({ id: "old", delivery: { paused: true } });
    const first = await serve();
    for (let part = 0; part < 20; part++) await post(first.origin, 200);
    const fresh = { id: "fresh", delivery: { start: "held" } };
    await write({ id: "old", delivery: { paused: true } }, fresh);
    expect((await command("reload")).exitCode).toBe(0);
    first.server.process.kill("SIGKILL");
    await first.server.finished;
    await write({ id: "old" }, fresh);
    const second = await serve();
    await becomes(second.origin, "old", { delivered: 4000, queued: 0 });
    await vi.waitFor(() => expect(uidsOf("fresh").size).toBe(4000), PATIENCE);
    await becomes(second.origin, "fresh", { queued: 0 });
    expect(uidsOf("fresh")).toEqual(uidsOf("old"));
  });
});

function uidsOf(source: string): ReadonlySet<unknown> {
  const own = siem.stored.filter((stored) => stored.source === source);
  return new Set(own.map(({ event }) => (event as { metadata: { uid: string } }).metadata.uid));
}
