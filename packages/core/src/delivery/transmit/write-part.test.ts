import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EncodedPart } from "../../connector/encoded.ts";
import { encodedBytes, encodedText } from "../../connector/encoded.ts";
import { createEventRecord } from "../intake/accept-event.ts";
import { AcceptedEvent } from "../../event/accepted-event.ts";
import { ByteEvent } from "../../event/byte-event.ts";
import { sharedBytes } from "../../event/shared-bytes.ts";
import { exactBytes, mostBytes, writePart } from "./write-part.ts";

function recordOf(json: string): AcceptedEvent {
  return new AcceptedEvent({ id: "a", orgId: null, classUid: 1, severityId: 1, time: 1, acceptedAt: 1, json });
}

function compactRecord(json: string): AcceptedEvent {
  const record = recordOf(json);
  record.compact();
  return record;
}

/** As a queue gives an event back that came as text: its size is still that of the text, in characters. */
function storedRecord(json: string): AcceptedEvent {
  const text = Buffer.from(json);
  const fields = { id: "a", orgId: null, classUid: 1, severityId: 1, time: 1, acceptedAt: 1, bytes: json.length };
  return new ByteEvent({ ...fields, text, notes: undefined, notesAt: 0 });
}

function written(part: EncodedPart): string {
  const body = Buffer.alloc(mostBytes(part) + 1, "#");
  const end = writePart(part, body, 1);
  return body.toString("utf8", 1, end);
}

describe("a part", () => {
  const texts = fc.oneof(fc.json(), fc.string({ unit: "grapheme" }), fc.constantFrom("{}", '\t{"a" :\n1}', "漢字😀é"));
  const parts = fc.oneof(
    texts,
    texts.map((text): EncodedPart => Buffer.from(text)),
    texts.map((text): EncodedPart => ({ record: recordOf(text) })),
    texts.map((text): EncodedPart => ({ record: recordOf(text), quoted: true })),
    texts.map((text): EncodedPart => ({ record: compactRecord(text), quoted: true })),
    texts.map((text): EncodedPart => ({ record: storedRecord(text) })),
    texts.map((text): EncodedPart => ({ record: storedRecord(text), quoted: true })),
    texts.map((text): EncodedPart => ({ record: storedRecord(`{${text}`), from: 1 })),
    texts.map((text): EncodedPart => ({ record: recordOf(`{${text}`), from: 1 })),
    texts.map((text): EncodedPart => ({ record: compactRecord(`{${text}`), from: 1 })),
    texts.map((text): EncodedPart => ({ record: recordOf(`{${text}`), from: 1, quoted: true })),
    // Too large to be shared.
    texts.map((text): EncodedPart => ({ record: recordOf(text + "x".repeat(70_000)), quoted: true })),
  );

  it("is written as its text says, within the space that was asked for", () => {
    fc.assert(
      fc.property(parts, (part) => {
        const text = written(part);
        expect(unquotedControls(text)).toBe(unquotedControls(encodedText(part)));
        expect(exactBytes(part)).toBeLessThanOrEqual(mostBytes(part));
        expect(encodedBytes(part).toString()).toBe(encodedText(part));
      }),
    );
  });

  it("is JSON's own form of the event's text where it is quoted", () => {
    const json = '{"a":"\\"\\\\ \\n é 漢 😀",\t"b":1}';
    expect(JSON.parse(written({ record: recordOf(json), quoted: true }))).toBe(json);
  });
});

describe("the bytes of events under way", () => {
  it("are those of each event, however many come between", () => {
    const records = Array.from({ length: 500 }, (_, index) =>
      createEventRecord({ class_uid: 1, time: index, message: String(index % 10).repeat(20_000 + index) }),
    );
    // 10 MB: more than is kept, so that the first ones are made again.
    expect(records.every((record) => sharedBytes(record) !== undefined)).toBe(true);
    expect(records.every(isRight)).toBe(true);
    expect(records.toReversed().every(isRight)).toBe(true);
  });
});

function isRight(record: AcceptedEvent): boolean {
  const shared = sharedBytes(record);
  return shared === undefined || shared.bytes.toString("utf8", shared.start, shared.end) === record.json;
}

/** Bytes write `\u000a` where `JSON.stringify` writes `\n`: the same text in JSON. */
function unquotedControls(text: string): string {
  return text.replaceAll(/\\u000[89acd]/g, (escape) => JSON.stringify(JSON.parse(`"${escape}"`)).slice(1, -1));
}
