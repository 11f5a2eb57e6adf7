import { encodedText } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { hostileEvents } from "@arbitex/testkit";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addedColumns, eventColumns, LEFTOVERS } from "./columns.ts";
import type { EncodedEvent } from "./encode.ts";
import { encodeRow } from "./encode.ts";
import { MAX_FIELD_BYTES } from "./encode-carefully.ts";

type Members = Readonly<Record<string, unknown>>;

const TIME = Date.UTC(2026, 0, 15, 8, 0, 0, 123);
const known = new Set(eventColumns.map(({ name }) => name));

describe("a row", () => {
  it("is the event's own text behind the columns of the documented table", () => {
    const json =
      '{"class_uid":6003,"metadata":{"uid":"e-1"},"actor":{"user":{"uid":"u-1","name":"Ada","email_addr":"ada@example.com"}},' +
      '"src_endpoint":{"ip":"203.0.113.7"}}';
    expect(text(partOf(json, { orgId: "o-1" }))).toBe(
      '{"TimeGenerated":"2026-01-15T08:00:00.123Z","actor_org_uid":"o-1","event_uid":"e-1","actor_user_uid":"u-1",' +
        `"actor_user_name":"Ada","actor_user_email":"ada@example.com","src_ip":"203.0.113.7",${json.slice(1)}`,
    );
  });

  it("has the time twice: for Azure, which may replace it, and as it came", () => {
    expect(rowOf(partOf(`{"time":${TIME}}`))).toMatchObject({ TimeGenerated: "2026-01-15T08:00:00.123Z", time: TIME });
  });

  it("takes texts alone, from the place that is meant", () => {
    const json =
      '{"unmapped":{"actor":{"user":{"email_addr":"wrong@example.com"}},"src_endpoint":{"ip":"192.0.2.1"}},' +
      '"actor":{"user":{"uid":5,"name":null,"org":{"name":"inner"}},"org":"text"},"src_endpoint":[{"ip":"192.0.2.2"}]}';
    expect(Object.keys(rowOf(partOf(json)))).toEqual(["TimeGenerated", "unmapped", "actor", "src_endpoint"]);
  });

  it.each([
    [
      "its evidence",
      '"evidences":[{"actor":ACTOR,"src_endpoint":{"ip":"203.0.113.7"}},{"src_endpoint":{"ip":"192.0.2.9"}}]',
    ],
    [
      "its evidence and beside it",
      '"unmapped":{"actor":{"user":{"uid":"x"}}},"evidences":[{"actor":ACTOR,"src_endpoint":{"ip":"203.0.113.7"}}]',
    ],
    ["`unmapped`, in the strict rendering", '"unmapped":{"src_endpoint":{"ip":"203.0.113.7"},"actor":ACTOR}'],
    ["`unmapped`, behind an escape", String.raw`"unmapped":{"src_endpoint":{"\u0069p":"203.0.113.7"},"actor":ACTOR}`],
  ])("takes the actor and the source of a finding from %s", (_, members) => {
    const actor = '{"user":{"uid":"u-1","name":"Ada","email_addr":"ada@example.com"}}';
    const json = `{"class_uid":2004,${members.replace("ACTOR", actor)},"severity":"High"}`;
    expect(rowOf(partOf(json))).toMatchObject({
      actor_user_uid: "u-1",
      actor_user_name: "Ada",
      actor_user_email: "ada@example.com",
      src_ip: "203.0.113.7",
    });
  });

  it.each([
    '"evidences":[]',
    '"evidences":[[{"actor":{"user":{"uid":"u"}}}]]',
    '"evidences":{"0":{"actor":{"user":{"uid":"u"}}}}',
    '"evidences":["text",{"actor":{"user":{"uid":"u"}}}]',
  ])("takes none from evidence of another shape: %s", (members) => {
    expect(rowOf(partOf(`{"class_uid":2004,${members}}`))).not.toHaveProperty("actor_user_uid");
    expect(rowOf(partOf(String.raw`{"class_uid":2004,${members},"x\u0079":1}`))).not.toHaveProperty("actor_user_uid");
  });

  it("moves members without a column into one that takes them all", () => {
    const json =
      '{"class_uid":6003,"TimeGenerated":"yesterday","actor_user_email":"forged@example.com","x":{"y":[1,2]}}';
    expect(text(partOf(json))).toBe(
      '{"TimeGenerated":"2026-01-15T08:00:00.123Z","class_uid":6003,' +
        `"${LEFTOVERS}":{"TimeGenerated":"yesterday","actor_user_email":"forged@example.com","x":{"y":[1,2]}}}`,
    );
  });

  it("passes an event on as it came whose texts hold escapes", () => {
    const part = partOf(String.raw`{"message":"bell \u0007","severity":"Low"}`);
    expect(encodeRow(part)).toEqual([expect.any(Buffer), { record: part, from: 1 }]);
  });

  it("keeps numbers that JavaScript would round", () => {
    const json = '{"duration":12345678901234567890,"other":1.0}';
    expect(text(partOf(json))).toContain(`"duration":12345678901234567890,"${LEFTOVERS}":{"other":1.0}`);
  });

  it.each([
    ["spaces between tokens", '{ "actor" : { "user" : { "email_addr" : "ada@example.com" } } , "severity" : "Low" }'],
    ["an escaped key", String.raw`{"\u0061ctor":{"us\u0065r":{"email_addr":"ada@example.com"}},"severity":"Low"}`],
    ["an escaped key within", String.raw`{"actor":{"user":{"\u0065mail_addr":"ada@example.com"}},"severity":"Low"}`],
    [
      "a repeated key, of which the last counts",
      '{"actor":{"user":{"email_addr":"bob@example.com"}},"severity":"Low","actor":{"user":{"email_addr":"ada@example.com"}}}',
    ],
    ["a key beside it that ends alike", '{"xactor":1,"actor":{"user":{"email_addr":"ada@example.com","x\\"uid":"q"}}}'],
  ])("is right for an event with %s", (_, json) => {
    expect(rowOf(partOf(json))).toMatchObject({ actor_user_email: "ada@example.com" });
  });

  it("is dated at receipt when Azure could not read the event's time", () => {
    expect(rowOf(partOf("{}", { time: 8.64e15, acceptedAt: TIME }))).toMatchObject({
      TimeGenerated: "2026-01-15T08:00:00.123Z",
    });
  });

  it("belongs to its caller: the next one does not change it", () => {
    const [first, second] = [partOf('{"severity":"Low"}'), partOf('{"severity":"Fatal"}')].map(encodeRow);
    expect([first, second].map((row) => encodedText(row ?? ""))).toEqual([
      expect.stringContaining("Low"),
      expect.stringContaining("Fatal"),
    ]);
  });
});

describe("every row", () => {
  const member = fc.oneof(
    fc.constantFrom(...known),
    fc.constantFrom("x", "__proto__", "TimeGenerated", '"', "é", "a\\"),
  );
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.constantFrom('","x":"', "\\", "}{"),
  );
  const user = fc.record(
    { uid: hostile, name: fc.oneof(hostile, fc.constant(null)), email_addr: fc.oneof(hostile, fc.integer()) },
    { requiredKeys: [] },
  );
  const shaped = fc.record(
    {
      actor: fc.record({ user, org: fc.record({ uid: hostile }) }, { requiredKeys: [] }),
      src_endpoint: fc.oneof(fc.record({ ip: hostile }), hostile),
      metadata: fc.record({ uid: hostile }),
    },
    { requiredKeys: [] },
  );
  const event = fc.tuple(fc.dictionary(member, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 }), shaped).map(merged);
  const indent = fc.constantFrom(undefined, 1, "\t");

  it("holds all that the event holds, whatever is in it", () => {
    fc.assert(
      fc.property(event, fc.option(hostile), indent, (given, orgId, space) => {
        const part = partOf(JSON.stringify(given, null, space), { orgId });
        expect(rowOf(part)).toEqual(expectedRow(part));
      }),
      { numRuns: 500 },
    );
  });

  it("is one JSON object for all that the intake lets in", () => {
    const generator = createEventGenerator({ seed: 4 });
    const ordinary = Array.from({ length: 200 }, () => generator.next());
    for (const given of [...ordinary, ...hostileEvents.map(({ event: evil }) => evil)]) {
      let record: EncodedEvent;
      try {
        record = createEventRecord(given);
      } catch {
        continue;
      }
      if (hasLongField(given)) expect(() => encodeRow(record)).toThrow(/Azure would cut it/);
      else expect(rowOf(record)).toEqual(expectedRow(record));
    }
  });
});

describe("a value that Azure would cut", () => {
  it.each([
    ["a text", "message", JSON.stringify("x".repeat(MAX_FIELD_BYTES))],
    ["a text of three bytes a letter", "message", JSON.stringify(`x${"漢".repeat(21_845)}`)],
    ["a text that is longer with its escapes", "message", JSON.stringify('"'.repeat(40_000))],
    ["an object", "unmapped", `{"a":"${"x".repeat(MAX_FIELD_BYTES - 8)}"}`],
  ])("is taken up to 64 KB: %s", (_, name, value) => {
    expect(rowOf(partOf(`{"${name}":${value},"severity":"Low"}`))).toMatchObject({ [name]: JSON.parse(value) });
  });

  it.each([
    ["a text", "message", JSON.stringify("x".repeat(MAX_FIELD_BYTES + 1)), "message", 65_537],
    ["a short text of three bytes a letter", "message", JSON.stringify("漢".repeat(21_846)), "message", 65_538],
    ["an object", "unmapped", `{"a":"${"x".repeat(MAX_FIELD_BYTES)}"}`, "unmapped", 65_544],
    ["what has no column", "other", `["${"x".repeat(MAX_FIELD_BYTES)}"]`, LEFTOVERS, 65_550],
  ])("gives its event up with the reason: %s", (_, name, value, field, bytes) => {
    const reason = `"${field}" has ${bytes} bytes: Azure would cut it at 65536 without a word`;
    expect(() => encodeRow(partOf(`{"severity":"Low","${name}":${value}}`))).toThrow(new RangeError(reason));
  });
});

function partOf(json: string, changes: Partial<EncodedEvent> = {}): EncodedEvent {
  const event = () => JSON.parse(json) as Members;
  return { orgId: null, time: TIME, acceptedAt: TIME, json, membersAt: json.indexOf("{") + 1, event, ...changes };
}

function text(part: EncodedEvent): string {
  return encodedText(encodeRow(part));
}

function rowOf(part: EncodedEvent): Members {
  return JSON.parse(text(part)) as Members;
}

/** Members that fast-check made apart, as one event; `__proto__` as a plain key. */
function merged([rest, shaped]: readonly [Members, Members]): Members {
  return Object.fromEntries([...Object.entries(rest), ...Object.entries(shaped)]);
}

/** The plain way to the same row, from the parsed event. */
function expectedRow(part: EncodedEvent): Members {
  const { orgId, time } = part;
  const event = wellFormed(part.event());
  const members = Object.entries(event);
  const leftovers = members.filter(([name]) => !known.has(name));
  const taken = addedColumns.flatMap(({ name, path }) => {
    const value = path?.reduce<unknown>((inner, key) => (isMembers(inner) ? inner[key] : undefined), event);
    return typeof value === "string" ? [[name, value]] : [];
  });
  return Object.fromEntries([
    ["TimeGenerated", new Date(time).toISOString()],
    ...(orgId === null ? [] : [["actor_org_uid", wellFormed(orgId)]]),
    ...taken,
    ...members.filter(([name]) => known.has(name)),
    ...(leftovers.length > 0 ? [[LEFTOVERS, Object.fromEntries(leftovers)]] : []),
  ]) as Members;
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As it is after a way through UTF-8. */
function wellFormed<Value>(value: Value): Value {
  return JSON.parse(Buffer.from(JSON.stringify(value)).toString()) as Value;
}

function hasLongField(event: Members): boolean {
  return Object.values(event).some((value) => {
    const stored = typeof value === "string" ? value : JSON.stringify(value);
    return Buffer.byteLength(stored) > MAX_FIELD_BYTES;
  });
}
