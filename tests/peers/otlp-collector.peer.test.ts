import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEventGenerator } from "@arbitex/simulators";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../server/command.ts";
import type { CollectedLog, Collector } from "./otel/collector.ts";
import { isCollectorBuilt, startCollector } from "./otel/collector.ts";
import { until } from "./until.ts";

const EVENTS = 5000;

it.skipIf(isCollectorBuilt)(
  "NOTHING IS TESTED on the OpenTelemetry Collector: run tests/peers/otel/build.sh, which takes minutes",
  () => undefined,
);

describe.skipIf(!isCollectorBuilt)("otlp_http on the OpenTelemetry Collector", () => {
  let collector: Collector;
  let folder: string;

  beforeAll(async () => {
    // Batches of 100 events have three times as much.
    collector = await startCollector({ maxRequestBytes: 60_000 });
    folder = await mkdtemp(join(tmpdir(), "otlp-collector-"));
  });

  afterAll(async () => {
    await collector?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  function environmentOf(changes: Readonly<Record<string, string>>): Record<string, string> {
    const { url, token } = collector;
    const own = { OTLP_HTTP_URL: url, OTLP_HTTP_BEARER_TOKEN: token };
    return { SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"), ...own, ...changes };
  }

  async function collected(serviceName: string): Promise<readonly CollectedLog[]> {
    return (await collector.logs()).filter((log) => log.serviceName === serviceName);
  }

  const ways = ["protobuf", "json"].flatMap((encoding) => ["text", "structured"].map((body) => ({ encoding, body })));

  it.each(ways)("stores every event once, in $encoding with a body of $body", async ({ encoding, body }) => {
    const service = `${encoding}-${body}-é`;
    const generator = createEventGenerator({ seed: 31 });
    const events = Array.from({ length: EVENTS }, () => generator.next());
    const path = join(folder, "events.ndjson");
    await writeFile(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const { exitCode, stdout } = await run(
      ["run", "--input", path, "--json"],
      environmentOf({ OTLP_HTTP_ENCODING: encoding, OTLP_HTTP_BODY: body, OTLP_HTTP_SERVICE_NAME: service }),
    );
    expect({ exitCode, account: JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      account: { accepted: EVENTS, destinations: [{ delivered: EVENTS, dead_lettered: 0, queued: 0 }] },
    });
    await until(async () => (await collected(service)).length >= EVENTS, {
      what: "the Collector's file",
      limitMs: 30_000,
    });
    const logs = await collected(service);
    const byUid = new Map(logs.map((log) => [log.attributes["log.record.uid"], log]));
    expect([logs.length, byUid.size]).toEqual([EVENTS, EVENTS]);
    for (const event of events) {
      const { metadata, time }: Readonly<Record<string, unknown>> = event;
      const { record } = byUid.get(Object(metadata).uid) ?? {};
      expect(record?.["timeUnixNano"]).toBe(`${String(time)}000000`);
      expect(eventIn(record?.["body"])).toEqual(event);
    }
  });

  it("has every event after the Collector was away for a while", async () => {
    const generator = createEventGenerator({ seed: 33 });
    const events = Array.from({ length: 4 * EVENTS }, () => generator.next());
    const path = join(folder, "outage.ndjson");
    await writeFile(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const service = "outage";
    const running = run(["run", "--input", path, "--json"], environmentOf({ OTLP_HTTP_SERVICE_NAME: service }));
    await until(async () => (await collected(service)).length > 0, { what: "the first events", limitMs: 30_000 });
    await collector.restart(500);
    const { exitCode, stdout } = await running;
    expect({ exitCode, account: JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      account: { accepted: events.length, destinations: [{ delivered: events.length, dead_lettered: 0 }] },
    });
    const uids = async () => new Set((await collected(service)).map(({ attributes }) => attributes["log.record.uid"]));
    await until(async () => (await uids()).size >= events.length, { what: "the Collector's file", limitMs: 30_000 });
    expect((await uids()).size).toBe(events.length);
  });

  it("passes its check, and fails it with a wrong token, naming the settings", async () => {
    const good = await run(["check", "--json"], environmentOf({}));
    expect(good.exitCode).toBe(0);
    const bad = await run(["check", "--json"], environmentOf({ OTLP_HTTP_BEARER_TOKEN: "wrong" }));
    expect({ ...bad }).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/Check bearer_token/) });
  });
});

/** The event in a body, be it text or values. */
function eventIn(body: unknown): unknown {
  const { stringValue } = Object(body);
  return typeof stringValue === "string" ? JSON.parse(stringValue) : valueOf(body);
}

function valueOf(anyValue: unknown): unknown {
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = Object(anyValue);
  if (kvlistValue !== undefined) {
    const pairs: readonly { key: string; value: unknown }[] = kvlistValue.values ?? [];
    return Object.fromEntries(pairs.map(({ key, value }) => [key, valueOf(value)]));
  }
  if (arrayValue !== undefined) return (arrayValue.values ?? []).map(valueOf);
  if (intValue !== undefined) return Number(intValue);
  return stringValue ?? boolValue ?? doubleValue ?? null;
}
