import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Acceptance } from "../delivery/intake/accept-event.ts";
import { createAuditRecordIntake } from "../delivery/intake/accept-audit-record.ts";
import { defaultIntakeLimits } from "../delivery/intake/intake-rules.ts";
import { actionTable } from "./audit/action.ts";
import { fieldPaths } from "./audit/audit-record-fields.ts";
import { isJsonObject, type JsonObject, WrittenFloat } from "./json-value.ts";
import { parseJson } from "./parse-json.ts";
import { render } from "./rendering.ts";
import { validateText } from "./validate-text.ts";
import { writeEvent } from "./write-json.ts";

// Values that no other field has by chance: found in the event, they are the audit record's own.
const number = fc.integer({ min: 1_000_000, max: 2 ** 45 });
const text = fc.uuid();
const large = fc.bigInt({ min: 2n ** 53n + 1n, max: 2n ** 63n }).map(String);
const written = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  number.map(String),
  number.map((value) => `${value}.25`),
  number.map((value) => JSON.stringify(String(value))),
  large,
  fc.tuple(text, number).map(([key, value]) => `{"${key}":${value}.5,"list":[${value},"${key}"]}`),
  text.map((value) => `["${value}"]`),
  fc.constant("null"),
);
const timestamp = fc
  .date({ min: new Date("2001-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => JSON.stringify(date.toISOString().replace("T", " ").replace("Z", "456+00")));
const special: Readonly<Record<string, fc.Arbitrary<string>>> = {
  created_at: fc.constant('"garbage"'),
  action: fc
    .oneof(
      fc.constantFrom(...actionTable.flatMap(({ names }) => names)),
      fc.constantFrom("login_failed", "tea_made", "okta.role.granted"),
    )
    .map((action) => JSON.stringify(action)),
  method: fc.constantFrom('"PATCH"', '"GET"', '"post"'),
  outcome: fc.constantFrom('"BLOCK"', '"FAILURE"', '"SUCCESS"', '"REDACT"', '"what"'),
  src_ip: fc.oneof(
    fc.ipV4().map((ip) => JSON.stringify(`${ip}:${ip.length}000`)),
    fc.tuple(fc.ipV4(), fc.ipV4()).map((ips) => JSON.stringify(ips.join(", "))),
    fc.constant('" ::ffff:203.0.113.7"'),
    fc.constant('"no address"'),
  ),
  src_lat: fc.constantFrom("52.123", '"52.123"', "52", "1234"),
  src_long: fc.constantFrom("13.456", "13.5", '"13"'),
  src_country_code: fc.constantFrom('"de"', '"FR"'),
  latency_ms: fc.constantFrom("350.4", '"350.4"', "350", '"350"', "9007199254740993"),
  status_code: fc.constantFrom("429", '"403"', '"rate limited"', "502.5"),
};
const names = [
  ...Object.keys(fieldPaths).filter((name) => name !== "timestamp"),
  ...Object.keys(special),
  "outcome",
  "error",
  "dlp_findings",
  "ip_enrichment",
  "metadata",
  "details",
  "hmac",
  "user",
  "actor",
  "src_endpoint",
  "http_request",
  "unmapped",
  "audit_action",
  "time_source",
  "__proto__",
  "constructor",
  "toString",
  "x",
];
const auditRecord = fc
  .tuple(
    fc.tuple(fc.constant("timestamp"), timestamp),
    ...[...new Set(names)].map((name) =>
      fc.option(fc.tuple(fc.constant(name), (Object.hasOwn(special, name) ? special[name] : undefined) ?? written), {
        // Every other field is left out.
        freq: 2,
      }),
    ),
  )
  .map((members) => {
    const given = members.filter((member) => member !== null);
    return `{${given.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`;
  });

function leavesOf(value: unknown): string[] {
  if (value instanceof WrittenFloat) return [String(value.value)];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (isJsonObject(value)) return Object.values(value).flatMap(leavesOf);
  if (typeof value === "bigint" || typeof value === "string") return [`${value}`];
  return typeof value === "number" || typeof value === "boolean" ? [JSON.stringify(value)] : [];
}

/** What an audit record says and an event made of it does not. */
function lost(given: string, event: JsonObject): string[] {
  const kept = new Set(leavesOf(event));
  return leavesOf(parseJson(given)).filter((leaf) => !kept.has(leaf));
}

function textOf(acceptance: Acceptance): string {
  if ("record" in acceptance) return acceptance.record.json;
  throw new Error(JSON.stringify(acceptance.errors));
}

function eventOf(json: string): JsonObject {
  const event = parseJson(json);
  if (!isJsonObject(event)) throw new Error(json);
  return event;
}

describe("10,000 random audit records", () => {
  it.each([2001, 2004] as const)(
    "lose nothing on their way to an event with findings of %i, in either rendering",
    { timeout: 120_000 },
    (findingClass) => {
      const intake = createAuditRecordIntake({ findingClass, includeContent: true });
      fc.assert(
        fc.property(auditRecord, (given) => {
          const event = eventOf(textOf(intake.acceptAuditRecordText(given, 0, defaultIntakeLimits)));
          expect(lost(given, event)).toEqual([]);
          expect(lost(given, render(event, "strict"))).toEqual([]);
        }),
        { numRuns: 5000 },
      );
    },
  );

  it("pass OCSF, base and extended", { timeout: 120_000 }, () => {
    const intake = createAuditRecordIntake({ includeContent: true });
    fc.assert(
      fc.property(auditRecord, (given) => {
        const json = textOf(intake.acceptAuditRecordText(given, 0, { ...defaultIntakeLimits, validation: "full" }));
        const strict = writeEvent(render(eventOf(json), "strict"));
        expect(validateText(strict, { schema: "base" }).errors).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("have the identity of their content, whatever the order of their fields", () => {
    const intake = createAuditRecordIntake({});
    const uidOf = (given: object) => {
      const acceptance = intake.acceptAuditRecord(given, 0, defaultIntakeLimits);
      return "record" in acceptance ? acceptance.record.id : undefined;
    };
    const login = {
      org_id: "o1",
      request_id: "r1",
      action: "auth.login",
      timestamp: "2026-11-30T09:00:00.001Z",
      x: null,
    };
    const { x: _, ...again } = Object.fromEntries(Object.entries(login).toReversed());
    expect(uidOf(login)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uidOf(again)).toBe(uidOf(login));
    const others = [
      { org_id: "o2" },
      { request_id: "r2" },
      { action: "auth.logout" },
      { timestamp: "2026-11-30T09:00:00.002Z" },
      { matched_rule_id: "r" },
      { user_id: "u" },
      { timestamp: new Date(1_796_029_300_001) },
      { timestamp: new Date(1_796_029_300_002) },
    ].map((change) => uidOf({ ...login, ...change }));
    expect(new Set([uidOf(login), ...others]).size).toBe(others.length + 1);
  });
});

describe("the strict rendering", () => {
  it("keeps what an event has under unmapped where it puts something of the same name", () => {
    const event = {
      class_uid: 2001,
      actor: { user: { uid: "u1" } },
      src_endpoint: { ip: "203.0.113.7" },
      unmapped: { actor: { user: { uid: "other" }, x: 1 }, src_endpoint: "text" },
    };
    expect(render(event, "strict").unmapped).toEqual({
      actor: { user: { uid: "u1", uid_unmapped: "other" }, x: 1 },
      src_endpoint: { ip: "203.0.113.7" },
      src_endpoint_unmapped: "text",
    });
  });
});
