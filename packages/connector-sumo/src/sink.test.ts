import { createServer } from "node:http";
import type { ConnectorContext, EventRecord, SendResult, Sink } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import type { SumoSimulator, SumoSimulatorOptions } from "@arbitex/simulators";
import { createEventGenerator, startSumoSimulator } from "@arbitex/simulators";
import { createTestBatch, createTestContext, TEST_NOW } from "@arbitex/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { sumoLogic } from "./index.ts";

const never = new AbortController().signal;
const redirected = {
  faults: [{ kind: "status", status: 301, headers: { location: "https://new.example.com/x" } }],
} as const;
const MINUTE_MS = 60_000;

describe("sending to Sumo Logic", () => {
  it("stores every event as a message of its own, with its time and the metadata of the request", async () => {
    const { sink, siem, context } = await setUp({}, { fields: "_siemForward=true,team=security" });
    const records = recordsOf(5);
    expect(await send(sink, records)).toEqual({ kind: "accepted" });
    expect(siem.ids).toEqual(records.map(({ id }) => id));
    expect(siem.stored.map(({ text }): unknown => JSON.parse(text))).toEqual(
      records.map((record) => ({ timestamp: record.time, ...record.event() })),
    );
    expect(siem.stored.map(({ time }) => time)).toEqual(records.map(({ time }) => time));
    expect(siem.stored[0]).toMatchObject({
      category: "arbitex/audit",
      name: "arbitex-platform",
      host: context.hostname,
      fields: { _siemForward: "true", team: "security" },
    });
  });

  it("sends the configured metadata and nothing that a header cannot hold", async () => {
    const { sink, siem } = await setUp({}, { source_category: "a/b", source_name: "n" }, { hostname: "g\u00e4teway" });
    await send(sink, recordsOf(1));
    expect(siem.stored[0]).toMatchObject({ category: "a/b", name: "n", host: "g?teway", fields: {} });
  });

  it.each<[string, SumoSimulatorOptions, SendResult["kind"]]>([
    ["a body over the limit", { maxBodyBytes: 1000 }, "too-large"],
    ["a page instead of an answer", { faults: "html" }, "retry"],
    ["a reset", { faults: "reset-after" }, "retry"],
    ["a busy Sumo Logic", { faults: "503" }, "retry"],
    ["a used-up quota", { faults: "429" }, "retry"],
    ["a slow request that was cut off", { faults: "408" }, "retry"],
    ["a refused body", { faults: "partial" }, "rejected"],
  ])("meets %s", async (_, options, kind) => {
    const { sink } = await setUp(options);
    expect((await send(sink, recordsOf(3))).kind).toBe(kind);
  });

  it("declares the message limit that its settings name", () => {
    const { limits } = sumoLogic;
    const config = sumoLogic.configSchema.parse({
      http_source_url: "https://collectors.sumologic.com/receiver/v1/http/x",
      max_message_bytes: 256_000,
    });
    expect(typeof limits === "function" && limits(config)).toEqual({
      maxBatchBytes: 1_000_000,
      maxEventBytes: 256_000,
    });
  });
});

describe("a URL that is refused", () => {
  it("is tried again in the minutes after it was made, then holds the events", async () => {
    let now = TEST_NOW;
    const { sink, siem } = await setUp({}, {}, { now: () => now });
    siem.refuseCredentials(true);
    expect(await send(sink, recordsOf(2))).toMatchObject({ kind: "retry", afterMs: MINUTE_MS });
    now += 2 * MINUTE_MS;
    expect(await send(sink, recordsOf(2))).toMatchObject({ kind: "retry" });
    now += 4 * MINUTE_MS;
    expect(await send(sink, recordsOf(2))).toMatchObject({ kind: "suspend", fix: expect.stringMatching(/Show URL/) });
  });

  it("passes once it is live", async () => {
    const { sink } = await setUp({ liveAfter: 1 });
    expect((await send(sink, recordsOf(2))).kind).toBe("retry");
    expect(await send(sink, recordsOf(2), 2)).toEqual({ kind: "accepted" });
  });

  it("holds the events at once when it has worked before", async () => {
    const { sink, siem } = await setUp();
    await send(sink, recordsOf(2));
    siem.regenerate("another");
    expect((await send(sink, recordsOf(2))).kind).toBe("suspend");
  });

  it("is shown in no reason, even where a proxy repeats it", async () => {
    const proxy = createServer(({ url }, response) => response.writeHead(404).end(`<p>No page at ${url}</p>`));
    await new Promise<void>((resolve) => {
      proxy.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => void proxy.close());
    const address = proxy.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { sink } = await setUp({}, { http_source_url: `http://127.0.0.1:${port}/receiver/v1/http/s3cret%3D%3D` });
    const shown = JSON.stringify([await send(sink, recordsOf(1)), await sink.check?.(never)]);
    expect(shown).toContain("No page at /receiver/v1/http/[secret]");
    expect(shown).not.toContain("s3cret");
  });
});

describe("checking a destination", () => {
  it("says what an empty request proves, and writes no message", async () => {
    const { sink, siem } = await setUp();
    const report = await sink.check?.(never);
    expect(report?.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "connect passed",
      "credential passed",
      "storage skipped",
    ]);
    expect(report?.steps[2]?.detail).toContain("Live Tail");
    expect(siem.counts()).toMatchObject({ requests: 1, stored: 0 });
  });

  it.each<[string, SumoSimulatorOptions, string, string, RegExp]>([
    ["a refused URL", { liveAfter: 1 }, "credential", "failed", /Show URL.*some minutes/],
    ["a proxy's page", { faults: "html" }, "credential", "failed", /before it/],
    ["a used-up quota", { faults: "429" }, "credential", "failed", /takes nothing now/],
    ["an outage", { faults: "503" }, "credential", "failed", /takes nothing now/],
    ["a redirect", redirected, "credential", "failed", /leads to https:\/\/new\.example\.com:/],
  ])("names the fix for %s", async (_, options, name, status, fix) => {
    const { sink } = await setUp(options);
    const report = await sink.check?.(never);
    expect(report?.steps.at(-1)).toMatchObject({ name, status, fix: expect.stringMatching(fix) });
  });

  it("does not take a refusal of the empty request for one of the URL", async () => {
    const { sink } = await setUp({ faults: "400" });
    const report = await sink.check?.(never);
    expect(report?.steps[1]).toMatchObject({ name: "credential", status: "passed" });
  });

  it("ends at a server that is not there", async () => {
    const { sink, siem } = await setUp();
    await siem.close();
    const report = await sink.check?.(never);
    expect(report?.steps).toMatchObject([
      {
        name: "connect",
        status: "failed",
        detail: expect.stringMatching(/REFUSED/),
        fix: expect.stringMatching(/firewall/),
      },
    ]);
  });
});

function recordsOf(count: number): EventRecord[] {
  const events = createEventGenerator({ seed: 1 });
  return Array.from({ length: count }, () => createEventRecord(events.next()));
}

function send(sink: Sink, records: readonly EventRecord[], attempt = 1): Promise<SendResult> {
  return sink.send(createTestBatch(sumoLogic, sink, records, { attempt }), never);
}

interface SetUp {
  readonly sink: Sink;
  readonly siem: SumoSimulator;
  readonly context: ConnectorContext;
}

async function setUp(
  options: SumoSimulatorOptions = {},
  changes: object = {},
  overrides: Partial<ConnectorContext> = {},
): Promise<SetUp> {
  const siem = await startSumoSimulator(options);
  const context = createTestContext(overrides);
  const sink = await sumoLogic.open(sumoLogic.configSchema.parse({ ...siem.config, ...changes }), context);
  onTestFinished(async () => {
    await sink.close?.();
    await context.egress.close();
    await siem.close();
  });
  return { sink, siem, context };
}
