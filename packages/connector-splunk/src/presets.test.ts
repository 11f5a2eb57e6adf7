import type { Batch, EventRecord, Sink } from "@arbitex/core";
import { encodedText } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import type { HecRelativeName } from "@arbitex/simulators";
import { createEventGenerator, startHecRelativeSimulator, startHecSimulator } from "@arbitex/simulators";
import { createTestBatch, createTestContext } from "@arbitex/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { splunkHec } from "./index.ts";
import type { PresetName } from "./presets.ts";
import { splunkHecSchema } from "./schema.ts";
import { openHecSink } from "./sink.ts";

const never = new AbortController().signal;

describe("a relative of Splunk", () => {
  it.each<HecRelativeName>(["crowdstrike", "logscale", "sentinelone"])(
    "%s stores every event by its preset alone",
    async (relative) => {
      const siem = await startHecRelativeSimulator({ relative });
      onTestFinished(() => siem.close());
      const sink = openSink(siem.config);
      const records = recordsOf(5);
      expect(await sink.send(batchOf(sink, records), never)).toEqual({ kind: "accepted" });
      expect(siem.stored.map(({ event }) => event)).toEqual(records.map((record) => record.event()));
      expect(siem.stored.map(({ index }) => index)).toEqual(records.map(() => undefined));
    },
  );

  it.each<[object, string]>([
    [{ auth_scheme: "splunk" }, "suspend"],
    [{ index: "audit" }, "rejected"],
    [{ success: "hec" }, "retry"],
  ])("logscale with %j shows why the preset is needed", async (change, kind) => {
    const siem = await startHecRelativeSimulator({ relative: "logscale" });
    onTestFinished(() => siem.close());
    const sink = openSink({ ...siem.config, ...change });
    expect((await sink.send(batchOf(sink, recordsOf(2)), never)).kind).toBe(kind);
  });
});

describe("Splunk itself", () => {
  it.each(["splunk", "basic"])("takes the token as %s", async (auth_scheme) => {
    const hec = await startHecSimulator();
    onTestFinished(() => hec.close());
    const sink = openSink({ ...hec.config, auth_scheme });
    expect(await sink.send(batchOf(sink, recordsOf(2)), never)).toEqual({ kind: "accepted" });
  });

  it("takes raw lines, their names in the query", async () => {
    const hec = await startHecSimulator();
    onTestFinished(() => hec.close());
    const sink = openSink({ ...hec.config, shape: "raw", host: "gw-1", index: "audit" });
    const records = recordsOf(3);
    expect(await sink.send(batchOf(sink, records), never)).toEqual({ kind: "accepted" });
    expect(hec.stored.map(({ event, host, index, sourcetype }) => [event, host, index, sourcetype])).toEqual(
      records.map(({ json }) => [json, "gw-1", "audit", "arbitex:ocsf"]),
    );
    expect(hec.requests[0]?.headers).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "x-splunk-request-channel": expect.stringMatching(/^[-\da-f]{36}$/),
    });
  });

  it("names no index where it is left out, so that the token's own is used", async () => {
    const hec = await startHecSimulator();
    onTestFinished(() => hec.close());
    const sink = openSink({ ...hec.config, index: null });
    await sink.send(batchOf(sink, recordsOf(1)), never);
    expect(hec.requests[0]?.body).not.toContain('"index"');
  });
});

describe("OpenObserve", () => {
  it("gets whole seconds, for it refuses a fraction", () => {
    const sink = openSink({ preset: "openobserve", url: "http://127.0.0.1:5080", token: "any" });
    const [record] = recordsOf(1);
    if (record === undefined) throw new Error("no event");
    expect(encodedText(sink.encode(record))).toMatch(/^\{"time":\d+,/);
  });

  it("warns before a replay of events that it drops", () => {
    const { oldEvents } = splunkHec;
    const effectOf = (preset: PresetName) => {
      const config = splunkHecSchema.parse({ preset, url: "http://127.0.0.1:5080", token: "any" });
      return typeof oldEvents === "function" ? oldEvents(config)?.effect : undefined;
    };
    expect(effectOf("openobserve")).toMatch(/5 hours/);
    expect(effectOf("victorialogs")).toMatch(/7 days/);
    expect(effectOf("splunk")).toBeUndefined();
  });
});

describe("VictoriaLogs", () => {
  it("gets no event that it would drop behind an answer of success", () => {
    const sink = openSink({ preset: "victorialogs", url: "http://127.0.0.1:9428", token: "any" });
    expect(() => sink.encode(wideRecord(1000))).toThrow(/more than 1000 fields/);
    expect(() => sink.encode(wideRecord(900))).not.toThrow();
  });
});

function openSink(settings: object): Sink {
  const context = createTestContext();
  onTestFinished(() => context.egress.close());
  return openHecSink(splunkHecSchema.parse(settings), context);
}

function recordsOf(count: number): EventRecord[] {
  const events = createEventGenerator({ seed: 1 });
  return Array.from({ length: count }, () => createEventRecord(events.next()));
}

function batchOf(sink: Sink, records: readonly EventRecord[]): Batch {
  return createTestBatch(splunkHec, sink, records);
}

function wideRecord(fields: number): EventRecord {
  const event = createEventGenerator({ seed: 1 }).next();
  const unmapped = Object.fromEntries(Array.from({ length: fields }, (_, at) => [`field_${at}`, at]));
  return createEventRecord({ ...event, unmapped });
}
