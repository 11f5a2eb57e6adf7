import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AcceptedEvent } from "../accepted-event.ts";
import { ByteEvent } from "../byte-event.ts";
import { canonicalJson } from "../canonical-json.ts";
import { canonicalBytes } from "./canonical-bytes.ts";

const RUNS = 20_000;

function recordOf(json: string): AcceptedEvent {
  return new AcceptedEvent({ id: "1", orgId: null, classUid: 1, severityId: 1, time: 1, acceptedAt: 1, json });
}

function writtenFor(json: string): string | undefined {
  const canonical = canonicalBytes(recordOf(json));
  return canonical && Buffer.from(canonical.canonical).toString();
}

const key = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom("a", "b", "B", "a_b", "metadata1", "abcdefgh", "abcdefghi", "abcdefghj", ""),
  },
  { weight: 10, arbitrary: fc.stringMatching(/^[a-z_ -]{1,12}$/) },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom("metadata", "unmapped", "sequence", "attestation") },
);
/** Numbers as people spell them. */
const number = fc.oneof(
  { weight: 20, arbitrary: fc.maxSafeInteger().map(String) },
  {
    weight: 10,
    arbitrary: fc
      .tuple(fc.integer({ min: -999, max: 999 }), fc.stringMatching(/^[0-9]{1,14}$/))
      .map(([whole, rest]) => `${whole}.${rest}`),
  },
  { weight: 1, arbitrary: fc.double().filter(Number.isFinite).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("-0", "0.0", "-0.0", "1e3", "1E-7", "0.000001", "0.0000001", "9007199254740993", "1.10"),
  },
);
const text = fc.oneof(
  fc
    .oneof(
      { weight: 20, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
    )
    .map((value) => JSON.stringify(value)),
  fc
    .array(
      fc.constantFrom(
        "a",
        "é",
        "😀",
        '\\"',
        "\\/",
        "\\u0041",
        "\\u00e9",
        "\\u0001",
        "\\u001F",
        "\\n",
        "\\u0022",
        "\\ud83d\\ude00",
        "\\u2028",
      ),
      { maxLength: 6 },
    )
    .map((parts) => `"${parts.join("")}"`),
);
const space = fc.constantFrom("", "", "", " ", "\n\t", "\r\n");

/** JSON texts, spelled in many ways. */
const { object: anyObject } = fc.letrec<{ value: string; object: string; list: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    number,
    text,
    fc.constantFrom("true", "false", "null"),
    tie("object"),
    tie("list"),
  ),
  list: fc
    .tuple(space, fc.array(tie("value"), { maxLength: 4 }))
    .map(([gap, values]) => `[${gap}${values.join(`,${gap}`)}${gap}]`),
  object: fc
    .tuple(space, fc.uniqueArray(fc.tuple(key, tie("value")), { maxLength: 6, selector: ([name]) => name }))
    .map(
      ([gap, members]) =>
        `{${gap}${members.map(([name, value]) => `${JSON.stringify(name)}${gap}:${gap}${value}`).join(`${gap},`)}${gap}}`,
    ),
}));
const event = fc
  .tuple(
    anyObject,
    anyObject,
    fc.constantFrom('"metadata":{"uid":"1"},', '"metadata" : { "version":"1.1.0" } ,', '"metadata":{"sequence":1},'),
  )
  .map(([outer, unmapped, metadata]) => {
    const rest = outer.slice(1).trimStart();
    return `{${metadata}"unmapped":${unmapped}${rest === "}" ? "" : ","}${rest}`;
  });

describe("the canonical form of an event's bytes", () => {
  it("is that of the parsed event, or left to the parser", () => {
    let written = 0;
    fc.assert(
      fc.property(event, (json) => {
        const canonical = writtenFor(json);
        if (canonical === undefined) return;
        written++;
        expect(canonical).toBe(canonicalJson(JSON.parse(json)));
      }),
      { numRuns: RUNS },
    );
    // Otherwise the generator compares next to nothing.
    expect(written).toBeGreaterThan(RUNS / 50);
  });

  it("tells where the members of a stream go", () => {
    const json = '{ "time": 1, "unmapped" : {"e":"ü"}, "metadata":\t{"uid":"1"}}';
    const bytes = Buffer.from(json);
    const canonical = canonicalBytes(recordOf(json));
    expect(canonical).toMatchObject({ metadataAt: bytes.lastIndexOf("{"), unmappedAt: bytes.indexOf("{", 1) });
    expect(Buffer.from(canonical?.canonical ?? []).toString()).toBe(
      '{"metadata":{"uid":"1"},"time":1,"unmapped":{"e":"ü"}}',
    );
  });

  it("leaves an event to the parser that is larger than its number of characters says", () => {
    const json = `{"metadata":{"uid":"1"},"message":"${"漢".repeat(120_000)}"}`;
    const own = Buffer.from(json);
    const facts = { id: "1", orgId: null, classUid: 1, severityId: 1, time: 1, acceptedAt: 1, bytes: json.length };
    const stored = new ByteEvent({ ...facts, text: own, notes: undefined, notesAt: 0 });
    expect(canonicalBytes(stored)).toBeUndefined();
  });

  it.each([
    '{"metadata":{"sequence":1}}',
    '{"metadata":{"uid":"1"},"unmapped":{"attestation":{}}}',
    '{"metadata":{}}',
    '{"time":1}',
    '{"metadata":{"uid":"1"},"metadata":{"uid":"2"}}',
    '{"metadata":{"uid":"1"},"a":1,"a":2}',
    '{"metadata":{"uid":"1"},"n":1e3}',
    '{"metadata":{"uid":"1"},"é":1}',
    '{"metadata":{"uid":"\\ud800"}}',
  ])("leaves %s to the parser", (json) => {
    expect(writtenFor(json)).toBeUndefined();
  });
});
