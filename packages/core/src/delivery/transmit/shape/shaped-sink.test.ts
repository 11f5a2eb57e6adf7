import { describe, expect, it } from "vitest";
import type { EventRecord } from "../../../connector/event-record.ts";
import type { Sink } from "../../../connector/connector.ts";
import { encodedText } from "../../../connector/encoded.ts";
import { createEventBuilders } from "../../../ocsf/builders/event-builders.ts";
import { stringifyEvent } from "../../../ocsf/stringify-event.ts";
import { validateText } from "../../../ocsf/validate-text.ts";
import { acceptText } from "../../intake/accept-event.ts";
import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { rendered } from "./rendered.ts";
import { shapedSink } from "./shaped-sink.ts";

const sink: Sink = {
  encode: (record) => record.json,
  send: async ({ records }) => ({ kind: "rejected", reason: records.map(({ json }) => json).join() }),
};

function recordOf(json: string): AcceptedEvent {
  const acceptance = acceptText(json, 0);
  if ("errors" in acceptance) throw new Error(JSON.stringify(acceptance.errors));
  return acceptance.record;
}

function sample(): AcceptedEvent {
  const source = { ip: "203.0.113.7", lat: 52, long: 13.4, isAnonymous: true };
  const org = { uid: "o" };
  return recordOf(stringifyEvent(createEventBuilders().authentication({ time: 1, source, org, user: { uid: "u" } })));
}

describe("a shaped sink", () => {
  it("is the sink itself where nothing is to be done", () => {
    expect(shapedSink(sink, undefined)).toBe(sink);
  });

  it("hands events that pass bare OCSF to the sink, in encode as in send", async () => {
    const record = sample();
    const strict = shapedSink(sink, rendered);
    const encoded = encodedText(strict.encode(record));
    expect(validateText(record.json).errors).not.toEqual([]);
    expect(validateText(encoded).errors).toEqual([]);
    expect(JSON.parse(encoded)).toMatchObject({
      unmapped: { actor: { org: { uid: "o" } }, src_endpoint: { is_anonymous: true, location: { lat: 52 } } },
    });
    const batch = { records: [record], body: Buffer.alloc(0), contentType: "text/plain", attempt: 1 };
    expect(await strict.send(batch, new AbortController().signal)).toEqual({ kind: "rejected", reason: encoded });
  });

  it("shapes an event once for all sinks with the same step, of the same identity", () => {
    const seen: EventRecord[] = [];
    const spy: Sink = { ...sink, encode: (record) => String(seen.push(record)) };
    const record = sample();
    for (const each of [shapedSink(spy, rendered), shapedSink(spy, rendered)]) each.encode(record);
    expect(seen[0]).toBe(seen[1]);
    expect(seen[0]?.id).toBe(record.id);
  });

  it("keeps floats and large integers as numbers that say the same", () => {
    const json =
      '{"class_uid":3002,"time":1,"metadata":{"uid":"e"},"risk_score":1,"unmapped":{"big":12345678901234567890,"float":39.0,"tiny":1e-9}}';
    expect(shapedSink(sink, rendered).encode(recordOf(json))).toBe(json);
  });

  it("has only the optional parts that the sink has", () => {
    expect(Object.keys(shapedSink(sink, rendered))).toEqual(["encode", "send"]);
    const whole = shapedSink({ ...sink, partitionKey: ({ id }) => id, close: async () => {} }, rendered);
    const record = sample();
    expect(whole.partitionKey?.(record)).toBe(record.id);
    expect(Object.keys(whole)).toEqual(["encode", "send", "partitionKey", "close"]);
  });
});
