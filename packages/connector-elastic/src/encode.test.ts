import type { EventRecord, OcsfEvent } from "@arbitex/core";
import { encodedText } from "@arbitex/core";
import { acceptText, createEventRecord } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { createTestBatch, hostileEvents } from "@arbitex/testkit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentId } from "./document-id.ts";
import { createEncode as createPartsEncode } from "./encode.ts";
import { elastic } from "./index.ts";

const core = { class_uid: 6003, severity_id: 1, time: 1_741_824_000_123 };
const encodeParts = createPartsEncode();
const encode = (record: EventRecord) => encodedText(encodeParts(record));

describe("an encoded event", () => {
  it("is an action line and the event's own JSON behind a timestamp", () => {
    const record = createEventRecord({ ...core, metadata: { uid: "ev-1" } });
    expect(encode(record)).toBe(
      `{"create":{"_id":"ev-1"}}\n{"@timestamp":"2025-03-13T00:00:00.123Z",${record.json.slice(1)}`,
    );
  });

  it.each([
    ["as a key", { "@timestamp": "yesterday" }],
    ["of another type", { "@timestamp": { seconds: 1 } }],
  ])("has one timestamp, the event's time, when the event has its own %s", (_, own) => {
    const event = { ...own, ...core, metadata: { uid: "ev-1" } };
    const text = documentText(createEventRecord(event));
    expect(JSON.parse(text)).toEqual({ ...event, "@timestamp": "2025-03-13T00:00:00.123Z" });
    expect(occurrences(text, '"@timestamp"')).toBe(1);
  });

  it("finds an own timestamp whose key is written with escapes", () => {
    const text = documentText(
      textRecord(
        String.raw`{"class_uid":6003,"severity_id":1,"time":1,"\u0040time\u0073tamp":0,"metadata":{"uid":"a"}}`,
      ),
    );
    expect(text).not.toContain(String.raw`\u0040`);
    expect(JSON.parse(text)).toMatchObject({ "@timestamp": "1970-01-01T00:00:00.001Z", time: 1 });
  });

  it("leaves a timestamp that is not at the top alone, and the text around it", () => {
    const json = String.raw`{"class_uid":6003,"severity_id":1,"time":1,"unmapped":{"@timestamp":1.0,"b":"\u00e9"},"metadata":{"uid":"a"}}`;
    expect(documentText(textRecord(json))).toBe(`{"@timestamp":"1970-01-01T00:00:00.001Z",${json.slice(1)}`);
  });

  it("does not depend on how the text begins", () => {
    const spaced = documentText(textRecord(' { "class_uid":6003,"severity_id":1,"time":1,"metadata":{"uid":"a"}} '));
    expect(JSON.parse(spaced)).toMatchObject({ "@timestamp": "1970-01-01T00:00:00.001Z", class_uid: 6003 });
  });
});

describe("an encoded batch", () => {
  it("holds two lines of JSON for each event, whatever is in it", () => {
    const texts = fc.string({ unit: "binary" }).filter((text) => isAcceptable({ text }));
    const events = fc.array(
      fc.record({
        uid: fc.oneof(
          texts.filter((text) => text !== ""),
          fc.uuid(),
        ),
        values: fc.dictionary(texts, fc.oneof(texts, fc.double())),
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(events, (given) => {
        const records = given.map(({ uid, values }) => createEventRecord({ ...values, ...core, metadata: { uid } }));
        expect(linesOf(records)).toEqual(expectedLines(records));
      }),
    );
  });

  it("holds realistic and hostile events", () => {
    const generator = createEventGenerator({ seed: 3 });
    const realistic = Array.from({ length: 100 }, () => generator.next());
    const hostile = hostileEvents.map(({ event }) => event).filter(isAcceptable);
    const records = [...realistic, ...hostile].map((event) => createEventRecord(event));
    expect(linesOf(records)).toEqual(expectedLines(records));
  });
});

/** The lines of a body, parsed; a body that is not lines of JSON, each ended, throws. */
function linesOf(records: readonly EventRecord[]): unknown[] {
  const text = createTestBatch(elastic, { encode }, records).body.toString("utf8");
  if (!text.endsWith("\n")) throw new Error("the last line is not ended");
  return text
    .slice(0, -1)
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}

function expectedLines(records: readonly EventRecord[]): unknown[] {
  return records.flatMap((record) => [
    { create: { _id: documentId(record) } },
    { ...record.event(), "@timestamp": new Date(record.time).toISOString() },
  ]);
}

function documentText(record: EventRecord): string {
  const encoded = encode(record);
  return encoded.slice(encoded.indexOf("\n") + 1);
}

function textRecord(json: string): EventRecord {
  const acceptance = acceptText(json, 0);
  if (!("record" in acceptance)) throw new Error(JSON.stringify(acceptance.errors));
  return acceptance.record;
}

/** The host's intake refuses half of a surrogate pair, and a NUL. */
function isAcceptable(event: OcsfEvent): boolean {
  const acceptance = acceptText(JSON.stringify({ ...core, ...event }), 0);
  return "record" in acceptance;
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}
