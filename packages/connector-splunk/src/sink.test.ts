import type { Batch, ConnectorContext, EventRecord, SendResult, Sink } from "@arbitex/core";
import { checkPassed, silentLogger } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import type { HecSimulator, HecSimulatorOptions } from "@arbitex/simulators";
import { createEventGenerator, startHecSimulator } from "@arbitex/simulators";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { splunkHec } from "./index.ts";
import { splunkHecSchema } from "./schema.ts";
import { openHecSink } from "./sink.ts";

const never = new AbortController().signal;
const quick = { firstPollMs: 2, maxPollMs: 5, pollTimeoutMs: 30_000, timeoutMs: 60_000 };

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

describe("sending to HEC", () => {
  it("stores every event under the envelope's metadata and its own time", async () => {
    const { sink, hec } = await setUp({}, { host: "gw-1", source: "s", sourcetype: "ocsf:arbitex", index: "audit" });
    const records = recordsOf(5);
    expect(await sink.send(batchOf(sink, records), never)).toEqual({ kind: "accepted" });
    const envelope = { host: "gw-1", source: "s", sourcetype: "ocsf:arbitex", index: "audit" };
    expect(hec.stored).toEqual(
      records.map((record) => ({ ...envelope, time: record.time / 1000, fields: undefined, event: record.event() })),
    );
  });

  it("names this machine as host where none is set", async () => {
    const { sink, hec, context } = await setUp();
    await sink.send(batchOf(sink, recordsOf(1)), never);
    expect(hec.stored).toMatchObject([{ host: context.hostname, index: "arbitex", sourcetype: "arbitex:ocsf" }]);
  });

  it("finds HEC from a URL with a path", async () => {
    const { sink, hec } = await setUp({}, (url) => ({ url: `${url}/services/collector/raw/1.0/` }));
    expect(await sink.send(batchOf(sink, recordsOf(1)), never)).toEqual({ kind: "accepted" });
    expect(hec.requests.map(({ path }) => path)).toEqual(["/services/collector/event"]);
  });

  it.each<[string, HecSimulatorOptions, object, SendResult["kind"]]>([
    ["a wrong token", {}, { token: "wrong" }, "suspend"],
    ["an index that the token may not write to", { indexes: ["main"] }, {}, "suspend"],
    ["a token that wants acknowledgement", { ack: true }, { ack: false }, "suspend"],
    ["a body over the limit of Enterprise", { maxBodyBytes: 1000 }, {}, "too-large"],
    ["a page instead of an answer", { faults: "html" }, {}, "retry"],
    ["an answer that breaks off", { faults: "truncated" }, {}, "retry"],
    ["an empty answer", { faults: "empty" }, {}, "retry"],
    ["a reset", { faults: "reset-after" }, {}, "retry"],
    ["a busy Splunk", { faults: "503" }, {}, "retry"],
    ["too many requests", { faults: "429" }, {}, "retry"],
    ["a bad event", { faults: "partial" }, {}, "partial"],
  ])("meets %s", async (_, options, config, kind) => {
    const { sink } = await setUp(options, config);
    expect((await sink.send(batchOf(sink, recordsOf(3)), never)).kind).toBe(kind);
  });
});

describe("a Splunk near its capacity", () => {
  it("shows in the log when it begins and when it ends", async () => {
    const lines: string[] = [];
    const logger = {
      ...silentLogger,
      info: (_: object, text: string) => lines.push(text),
      warn: (_: object, text: string) => lines.push(text),
    };
    const { sink, hec } = await setUp({}, {}, quick, { logger });
    const nearlyFull = { kind: "status", status: 200, body: `{"text":"Queue nearly full","code":24}` } as const;
    hec.faults.script([nearlyFull, nearlyFull]);
    for (let sent = 0; sent < 4; sent++) await sink.send(batchOf(sink, recordsOf(1)), never);
    expect(lines).toEqual([expect.stringMatching(/nearly full/), expect.stringMatching(/have room again/)]);
  });
});

describe("sending with acknowledgement", () => {
  it("ends once the events are indexed", async () => {
    const { sink, hec } = await setUp({ ack: { afterPolls: 2 } });
    expect(await sink.send(batchOf(sink, recordsOf(3)), never)).toEqual({ kind: "accepted" });
    expect(hec.requests.map(({ path }) => path)).toEqual([
      "/services/collector/event",
      "/services/collector/ack",
      "/services/collector/ack",
      "/services/collector/ack",
    ]);
  });

  it("stays with one indexer behind a load balancer, many batches at a time", async () => {
    const { sink, hec } = await setUp({ ack: { indexers: 2 } });
    const batches = Array.from({ length: 20 }, () => batchOf(sink, recordsOf(2)));
    const results = await Promise.all(batches.map((batch) => sink.send(batch, new AbortController().signal)));
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(["accepted"]));
    expect(hec.counts().requests).toBeLessThan(40);
  });

  it("gives a lost batch back, and the next one passes on a new channel", async () => {
    const { sink, hec } = await setUp({ ack: { loseAcks: 1 } }, {}, { ...quick, timeoutMs: 10 });
    const batch = batchOf(sink, recordsOf(2));
    expect(await sink.send(batch, never)).toMatchObject({ kind: "retry", ambiguous: true });
    await sink.send(batch, never);
    const posts = hec.requests.filter(({ path }) => path.endsWith("/event"));
    expect(new Set(posts.map(({ headers }) => headers["x-splunk-request-channel"])).size).toBe(2);
  });

  it("falls back on a token without acknowledgement", async () => {
    const { sink } = await setUp({}, { ack: true });
    expect(await sink.send(batchOf(sink, recordsOf(2)), never)).toEqual({ kind: "accepted" });
  });

  it("lets go of what it waits for when it is closed", async () => {
    const { sink } = await setUp({ ack: { loseAcks: 1 } });
    const waiting = sink.send(batchOf(sink, recordsOf(2)), never);
    await sink.close?.();
    expect(await waiting).toMatchObject({ kind: "retry", ambiguous: true });
  });
});

describe("checking a destination", () => {
  it("proves all but the index without writing an event", async () => {
    const { sink, hec } = await setUp({ ack: true });
    const report = await sink.check?.(never);
    expect(report?.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "connect passed",
      "credential passed",
      "acknowledgement passed",
      "index skipped",
    ]);
    expect(hec.stored).toEqual([]);
  });

  it.each<[string, HecSimulatorOptions, object, string, RegExp]>([
    ["a wrong token", {}, { token: "wrong" }, "credential", /Set token/],
    ["a disabled token", { tokens: { off: { disabled: true } } }, { token: "off" }, "credential", /Enable the token/],
    ["a token that wants acknowledgement", { ack: true }, { ack: false }, "credential", /set ack to true/],
    ["another path", {}, (url: string) => ({ url: `${url}/elsewhere` }), "credential", /set url to/],
  ])("names the fix for %s", async (_, options, config, name, fix) => {
    const { sink } = await setUp(options, config);
    const report = await sink.check?.(never);
    expect(report?.steps.at(-1)).toMatchObject({ name, status: "failed", fix: expect.stringMatching(fix) });
  });

  it("says that a token without acknowledgement will deliver all the same", async () => {
    const { sink } = await setUp({}, { ack: true });
    const report = await sink.check?.(never);
    expect(report && checkPassed(report)).toBe(true);
    expect(report?.steps[2]).toMatchObject({ status: "skipped", fix: expect.stringMatching(/Enable indexer/) });
  });

  it("ends at a server that is not there", async () => {
    const { sink, hec } = await setUp();
    await hec.close();
    const report = await sink.check?.(never);
    expect(report?.steps).toMatchObject([
      { name: "connect", status: "failed", detail: expect.stringMatching(/ECONNREFUSED/) },
    ]);
  });
});

function recordsOf(count: number): EventRecord[] {
  const events = createEventGenerator({ seed: 1 });
  return Array.from({ length: count }, () => createEventRecord(events.next()));
}

function batchOf(sink: Sink, records: readonly EventRecord[]): Batch {
  return createTestBatch(splunkHec, sink, records);
}

type ConfigChange = object | ((url: string) => object);

interface SetUp {
  readonly sink: Sink;
  readonly hec: HecSimulator;
  readonly context: ConnectorContext;
}

async function setUp(
  options: HecSimulatorOptions = {},
  change: ConfigChange = {},
  timing = quick,
  overrides: Partial<ConnectorContext> = {},
): Promise<SetUp> {
  const hec = await startHecSimulator(options);
  const context = createTestContext(overrides);
  const changes = typeof change === "function" ? change(hec.url) : change;
  const sink = openHecSink(splunkHecSchema.parse({ ...hec.config, ...changes }), context, timing);
  ends.push(async () => {
    await sink.close?.();
    await context.egress.close();
    await hec.close();
  });
  return { sink, hec, context };
}
