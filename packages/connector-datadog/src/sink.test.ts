import type { ConnectorContext, EventRecord, SendResult, Sink } from "@arbitex/core";
import { checkPassed, silentLogger } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import type { DatadogSimulator, DatadogSimulatorOptions } from "@arbitex/simulators";
import { createEventGenerator, startDatadogSimulator } from "@arbitex/simulators";
import { createTestBatch, createTestContext, TEST_NOW } from "@arbitex/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { datadog } from "./index.ts";

const never = new AbortController().signal;
const DAY_MS = 86_400_000;

describe("sending to Datadog", () => {
  it.each(["message", "attributes"])("stores every event with its own time and id, format %s", async (format) => {
    const { sink, siem } = await setUp({}, { format, hostname: "gw-7", tags: "env:test,team:a", service: "s" });
    const records = recordsOf(5);
    expect(await send(sink, records)).toEqual({ kind: "accepted" });
    expect(siem.ids).toEqual(records.map(({ id }) => id));
    const events = siem.stored.map(({ attributes }) => (format === "message" ? attributes : attributes["ocsf"]));
    expect(events).toEqual(records.map((record) => expect.objectContaining(record.event())));
    expect(siem.stored[0]).toMatchObject({
      source: "arbitex",
      service: "s",
      host: "gw-7",
      tags: ["env:test", "team:a"],
    });
    expect(siem.stored.map(({ date }) => date)).toEqual(records.map(({ time }) => time));
  });

  it("names this machine where no host name is set, and compresses where it is told to", async () => {
    const { sink, siem, context } = await setUp();
    const batch = createTestBatch(datadog, sink, recordsOf(2), { compression: "gzip" });
    expect(await sink.send(batch, never)).toEqual({ kind: "accepted" });
    expect(siem.stored[0]).toMatchObject({ host: context.hostname });
    expect(siem.requests[0]?.headers).toMatchObject({ "content-encoding": "gzip", "content-type": "application/json" });
  });

  it.each<[string, DatadogSimulatorOptions, object, SendResult["kind"]]>([
    ["a wrong key", {}, { api_key: "wrong" }, "suspend"],
    ["another path", {}, (url: string) => ({ url: `${url}/elsewhere` }), "suspend"],
    ["a body over the limit", { maxBodyBytes: 1000 }, {}, "too-large"],
    ["a page instead of an answer", { faults: "html" }, {}, "retry"],
    ["an answer that breaks off", { faults: "truncated" }, {}, "retry"],
    ["an empty answer", { faults: "empty" }, {}, "retry"],
    ["a reset", { faults: "reset-after" }, {}, "retry"],
    ["a busy Datadog", { faults: "503" }, {}, "retry"],
    ["too many requests", { faults: "429" }, {}, "retry"],
    ["a refused body", { faults: "partial" }, {}, "rejected"],
  ])("meets %s", async (_, options, config, kind) => {
    const { sink } = await setUp(options, config);
    expect((await send(sink, recordsOf(3))).kind).toBe(kind);
  });

  it("ends at a server that is not there", async () => {
    const { sink, siem } = await setUp();
    await siem.close();
    expect(await send(sink, recordsOf(1))).toMatchObject({ kind: "retry", reason: expect.stringMatching(/REFUSED/) });
  });
});

describe("events outside of Datadog's window", () => {
  it("would vanish without a word if they were sent with their time", async () => {
    const { siem } = await setUp();
    const entry = { message: "{}", timestamp: TEST_NOW - DAY_MS };
    const headers = { "dd-api-key": String(siem.config["api_key"]) };
    const reply = await fetch(`${siem.url}/api/v2/logs`, { method: "POST", headers, body: JSON.stringify([entry]) });
    expect(reply.status).toBe(202);
    expect(siem.counts()).toMatchObject({ stored: 0, refused: 1 });
  });

  it("are not encoded unless the policy is to send them", async () => {
    const { sink } = await setUp();
    expect(() => recordsOf(1, TEST_NOW - DAY_MS).map((record) => sink.encode(record))).toThrow(/24 h old/);
  });

  it("are kept by Datadog, dated at receipt, where the policy is to send them; one warning says so", async () => {
    const warnings: object[] = [];
    const logger = { ...silentLogger, warn: (facts: object) => warnings.push(facts) };
    const { sink, siem } = await setUp({}, { stale: "send" }, { logger });
    const records = recordsOf(3, TEST_NOW - DAY_MS);
    await send(sink, records);
    await send(sink, records);
    expect(siem.stored.map(({ date }) => date)).toEqual(Array.from({ length: 6 }, () => TEST_NOW));
    expect(siem.stored[0]?.attributes).toMatchObject({ time: records[0]?.time });
    expect(warnings).toEqual([{ count: 3, total: 3 }]);
  });
});

describe("checking a destination", () => {
  it("proves the way and the key without writing a log", async () => {
    const { sink, siem } = await setUp();
    expect(await stepsOf(sink)).toEqual(["intake passed", "credential passed", "storage skipped"]);
    expect(siem.counts()).toMatchObject({ stored: 0, requests: 2 });
  });

  it("names key and site as the fix for a refused key", async () => {
    const { sink } = await setUp({}, { api_key: "wrong" });
    const report = await sink.check?.(never);
    expect(report?.steps.at(-1)).toEqual({
      name: "intake",
      status: "failed",
      detail: "403 Forbidden: Invalid API key (wrong key or site)",
      fix: expect.stringMatching(/api_key and site/),
    });
  });

  it("fails where the key is known and the intake is not there", async () => {
    const { sink } = await setUp({ faults: [{ kind: "status", status: 404, body: "no such page" }] });
    const report = await sink.check?.(never);
    expect(report && checkPassed(report)).toBe(false);
    expect(report?.steps).toMatchObject([
      { name: "intake", status: "failed", fix: expect.stringMatching(/not at this/) },
    ]);
  });

  it("ends at a server that is not there", async () => {
    const { sink, siem } = await setUp();
    await siem.close();
    const report = await sink.check?.(never);
    expect(report?.steps).toMatchObject([
      {
        name: "intake",
        status: "failed",
        detail: expect.stringMatching(/REFUSED/),
        fix: expect.stringMatching(/firewall/),
      },
    ]);
  });
});

function recordsOf(count: number, startTime = TEST_NOW): EventRecord[] {
  const events = createEventGenerator({ seed: 1, startTime });
  return Array.from({ length: count }, () => createEventRecord(events.next()));
}

function send(sink: Sink, records: readonly EventRecord[]): Promise<SendResult> {
  return sink.send(createTestBatch(datadog, sink, records), never);
}

async function stepsOf(sink: Sink): Promise<readonly string[] | undefined> {
  const report = await sink.check?.(never);
  return report?.steps.map(({ name, status }) => `${name} ${status}`);
}

interface SetUp {
  readonly sink: Sink;
  readonly siem: DatadogSimulator;
  readonly context: ConnectorContext;
}

async function setUp(
  options: DatadogSimulatorOptions = {},
  change: object | ((url: string) => object) = {},
  overrides: Partial<ConnectorContext> = {},
): Promise<SetUp> {
  const siem = await startDatadogSimulator({ now: () => TEST_NOW, ...options });
  const context = createTestContext(overrides);
  const changes = typeof change === "function" ? change(siem.url) : change;
  const sink = await datadog.open(datadog.configSchema.parse({ ...siem.config, ...changes }), context);
  onTestFinished(async () => {
    await sink.close?.();
    await context.egress.close();
    await siem.close();
  });
  return { sink, siem, context };
}
