import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AcceptedEvent } from "../../../event/accepted-event.ts";
import { ByteEvent } from "../../../event/byte-event.ts";
import { fieldPlaces, scannedEvent } from "../../../event/scan/scanned-event.ts";
import { celFilter } from "../../../filter/cel-filter.ts";
import { readRedaction } from "../../../redaction/read-redaction.ts";
import { createRedact } from "../../../redaction/redact-event.ts";
import type { RedactRule } from "../../../redaction/redact-rule.ts";

// The same events once as bytes, of which the scanner notes places, and once as text, whose members are gone through.

const RUNS = 2000;
const facts = { id: "u", orgId: "o", classUid: 0, severityId: 0, time: 0, acceptedAt: 1 };

function asText(json: string): AcceptedEvent {
  return new AcceptedEvent({ ...facts, json });
}

/** Beside other bytes, as events of one request lie. */
function asBytes(json: string): ByteEvent {
  const own = Buffer.from(`xx${json}yy`).subarray(2, -2);
  return new ByteEvent({ ...facts, bytes: own.length, text: own, notes: undefined, notesAt: 0 });
}

const text = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('"ada"', '"ad"', '"adam"', '"a@b.c"', '"10.0.0.1"', '""', '"é😀"', '"redacted"'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('"a\\u0064a"', '"\\"ada"', '"a\\\\"', '"\\u00e9"', '"\\ud83d\\ude00"', '"hmac-0"'),
  },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 9 }).map((value) => JSON.stringify(value)) },
);
const scalar = fc.oneof(
  { weight: 8, arbitrary: text },
  {
    weight: 3,
    arbitrary: fc.constantFrom("1", "0", "-0", "-1", "1.0", "1e0", "1E2", "443", "12345678901234567890", "0.1"),
  },
  { weight: 2, arbitrary: fc.constantFrom("true", "false", "null") },
);
const space = fc.constantFrom("", "", "", " ", "\t", "  ");
const names = {
  user: ["name", "email_addr", "uid", "n\\u0061me", "name", "full_name", "org"],
  request: ["user_agent", "uid", "user_agent", "referrer", 'u\\"'],
  endpoint: ["ip", "port", "hostname", "location", "ip"],
  product: ["name", "uid", "vendor_name"],
  unmapped: ["card", "redacted", "team", "te\\u0061m", "deep", "prénom"],
  deep: ["a", "b"],
};
const leaf = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }).map((items) => `[${items.join(" , ")}]`) },
  { weight: 1, arbitrary: fc.constantFrom("{}", "[]", '{"name":"x"}', '[{"name":"x"},{"name":1}]') },
);
type Value = fc.Arbitrary<string>;

function object(keys: readonly string[], inner: Readonly<Record<string, Value>> = {}): Value {
  const member = fc
    .constantFrom(...keys)
    .chain((key) =>
      fc
        .tuple(space, space, space, inner[key] ?? leaf, space)
        .map(([a, b, c, value, d]) => `${a}"${key}"${b}:${c}${value}${d}`),
    );
  return fc.oneof(
    { weight: 6, arbitrary: fc.array(member, { maxLength: 4 }).map((members) => `{${members.join(",")}}`) },
    { weight: 1, arbitrary: leaf },
  );
}

const members: Readonly<Record<string, Value>> = {
  actor: object(["user", "user", "process"], { user: object(names.user) }),
  src_endpoint: object(names.endpoint),
  http_request: object(names.request),
  unmapped: object(names.unmapped, { deep: object(names.deep) }),
  message: leaf,
  is_mfa: scalar,
  "odd_m\\u0065mber": leaf,
  "@timestamp": scalar,
  resources: object(["name"]),
};
const event = fc
  .tuple(
    fc
      .shuffledSubarray(Object.keys(members))
      .chain((keys) =>
        fc.tuple(
          ...keys.map((key) =>
            fc.tuple(space, space, members[key] ?? leaf).map(([a, b, value]) => `"${key}"${a}:${b}${value}`),
          ),
        ),
      ),
    object(names.product).filter((product) => product.startsWith("{")),
    fc.nat({ max: 9 }),
    space,
  )
  .map(([others, product, place, gap]) => {
    const needed = ['"class_uid":3002', '"time":1', `"metadata":{"uid":"u","product":${product}}`];
    const all = [...others];
    for (const [index, member] of needed.entries())
      all.splice(Math.min(all.length, (place * (index + 1)) % 7), 0, member);
    return `{${gap}${all.join(`,${gap}`)}${gap}}`;
  });

const sources = [
  'actor.user.name == "ada"',
  'actor.user.name != "ada"',
  'actor.user.name in ["ada", "é😀", ""]',
  'actor.user.name < "b"',
  'actor.user.email_addr.endsWith("b.c") || actor.user.name.startsWith("ad") || message.contains("da")',
  'message.contains("") && !message.startsWith("\\"")',
  'message.endsWith("😀") || message == "é"',
  "has(http_request.user_agent) && !has(actor.user.name)",
  "is_mfa || src_endpoint.port >= 1",
  "is_mfa != true",
  "src_endpoint.port in [1, 443]",
  "src_endpoint.ip == unmapped.card",
  "unmapped.deep.a != unmapped.deep.b",
  "unmapped.deep.a == 0 || unmapped.team > 100",
  "unmapped.card == unmapped.card",
  'size(message) == 3 || metadata.product.name.matches("^a")',
  "unmapped.team in ['ada', 'ad']",
];
const tests = sources.map((source) => {
  const result = celFilter(source, undefined, { isStanding: true });
  if ("problem" in result) throw new Error(result.problem.shown);
  return { source, test: result.filter.test };
});

const rule = (path: string, kind: "drop" | "mask" | "hmac"): RedactRule => {
  const result = readRedaction({ path, action: { kind } });
  if ("problem" in result) throw new Error(result.problem.message);
  return result.rule;
};
const keepLast: RedactRule = { path: ["actor", "user", "name"], action: { kind: "keep last", count: 1 }, form: "text" };
const rules = [
  rule("actor.user.email_addr", "hmac"),
  rule("actor.user.email_addr", "mask"),
  rule("actor.user.name", "mask"),
  keepLast,
  rule("actor.user.full_name", "drop"),
  rule("src_endpoint.ip", "mask"),
  rule("http_request.user_agent", "drop"),
  rule("http_request.referrer", "drop"),
  rule("message", "mask"),
  rule("message", "drop"),
  rule("unmapped.card", "hmac"),
  rule("unmapped.card", "drop"),
  rule("unmapped.deep.a", "drop"),
  rule("unmapped.prénom", "mask"),
  rule("resources.name", "mask"),
  rule("metadata.product.name", "mask"),
];

/** What encoders learn of an event. */
function scanOf(record: AcceptedEvent) {
  const scanned = scannedEvent(record);
  return scanned && { ...scanned, texts: Array.from(scanned.texts) };
}

describe("by the places that the scanner notes", () => {
  it("a filter decides as by the members, however an event is written", () => {
    let byPlaces = 0;
    fc.assert(
      fc.property(event, (json) => {
        JSON.parse(json);
        const record = asBytes(json);
        if (fieldPlaces(record) !== undefined) byPlaces++;
        for (const { source, test } of tests)
          expect({ source, passes: test(record) }).toEqual({ source, passes: test(asText(json)) });
      }),
      { numRuns: RUNS },
    );
    expect(byPlaces).toBeGreaterThan(RUNS / 10);
  });

  it("a redaction writes the bytes that it writes by the members, and notes of them what a scan would", () => {
    let shifted = 0;
    fc.assert(
      fc.property(event, fc.subarray(rules, { minLength: 1, maxLength: 4 }), (json, chosen) => {
        const redact = createRedact({ rules: chosen, key: "a key of thirty-two characters .." });
        const redacted = redact(asBytes(json));
        const expected = redact(asText(json)).json;
        expect(redacted.json).toBe(expected);
        if (redacted instanceof ByteEvent && redacted.notes !== undefined) shifted++;
        const scanned = scanOf(redacted);
        const anew = scanOf(asBytes(expected));
        // An `unmapped` that holds the list alone need not be searched.
        const isListAlone = !json.includes('"unmapped"') && !json.includes('"evidences"');
        expect(scanned).toEqual(anew && (isListAlone ? { ...anew, hasHolder: scanned?.hasHolder } : anew));
      }),
      { numRuns: RUNS },
    );
    expect(shifted).toBeGreaterThan(RUNS / 20);
  });

  it("a redaction lists a name that is not ASCII", () => {
    const redact = createRedact({ rules: [rule("unmapped.prénom", "mask")], key: "a key of thirty-two characters .." });
    const json =
      '{"unmapped":{"prénom":"Ada"},"class_uid":3002,"time":1,"metadata":{"uid":"u"},"actor":{"user":{"name":"ada"}}}';
    const redacted = redact(asBytes(json));
    expect(redacted.json).toBe(redact(asText(json)).json);
    expect(scanOf(redacted)).toEqual(scanOf(asBytes(redacted.json)));
  });
});
