import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Acceptance } from "./accept-event.ts";
import type { AuditRecordIntake } from "./accept-audit-record.ts";
import { createAuditRecordIntake } from "./accept-audit-record.ts";
import type { IntakeRules } from "./intake-rules.ts";
import { defaultIntakeLimits } from "./intake-rules.ts";

const rules: IntakeRules = { ...defaultIntakeLimits, validation: "full" };
const auditRecord = {
  id: "r1",
  action: "dlp_block",
  timestamp: "2025-03-13T00:00:00Z",
  org_id: "o1",
  src_ip: "203.0.113.7",
};

function codesOf(acceptance: Acceptance): string[] {
  return "errors" in acceptance ? acceptance.errors.map(({ code }) => code) : [];
}

function open(options: Parameters<typeof createAuditRecordIntake>[0] = {}): AuditRecordIntake {
  return createAuditRecordIntake({ now: () => 5, ...options });
}

describe("createAuditRecordIntake", () => {
  it("turns an audit record into an event that passes the full validation", () => {
    const acceptance = open().acceptAuditRecord(auditRecord, 0, rules);
    expect(acceptance).toMatchObject({ record: { id: "r1", orgId: "o1", classUid: 2001, time: 1_741_824_000_000 } });
    expect(open({ findingClass: 2004 }).acceptAuditRecordText(JSON.stringify(auditRecord), 0, rules)).toMatchObject({
      record: { classUid: 2004 },
    });
  });

  it.each([
    ["no JSON", "{", "json_invalid"],
    ["no object", "[1]", "attribute_wrong_type"],
    ["too large", JSON.stringify({ ...auditRecord, x: "x".repeat(2_000_000) }), "event_too_large"],
    ["too deep", `{"action":"login","x":${"[".repeat(70)}${"]".repeat(70)}}`, "event_too_deep"],
    ["a text that holds a NUL", '{"action":"login","x":"\\u0000"}', "text_invalid"],
  ])("refuses what is %s", (_, text, code) => {
    const intake = open();
    expect(codesOf(intake.acceptAuditRecordText(text, 0, rules))).toEqual([code]);
    expect(intake.counts().mapped).toBe(0);
  });

  it("counts actions without a mapping by name, and audit records without a time", () => {
    const intake = open();
    for (const action of ["login", "tea_made", "tea_made", "coffee_made"]) {
      intake.acceptAuditRecord({ ...auditRecord, action }, 0, rules);
    }
    intake.acceptAuditRecord({ action: "login" }, 0, rules);
    expect(intake.counts()).toEqual({
      mapped: 5,
      unknownActions: { tea_made: 2, coffee_made: 1 },
      untimed: 1,
      unreadableTimes: {},
    });
  });

  it("refuses an audit record whose time it cannot read, and counts such by organisation", () => {
    const intake = open();
    const acceptance = intake.acceptAuditRecord({ ...auditRecord, timestamp: "yesterday" }, 0, rules);
    expect(acceptance).toMatchObject({ errors: [{ code: "time_unreadable", path: "timestamp" }] });
    intake.acceptAuditRecord({ action: "login", created_at: 12 }, 0, rules);
    expect(intake.counts()).toMatchObject({ mapped: 0, untimed: 0, unreadableTimes: { o1: 1, "": 1 } });
  });

  it("keeps the digits of integers beyond 2^53", () => {
    const text = JSON.stringify(auditRecord).replace(
      "{",
      '{"token_count":9007199254740993,"src_lat":52,"src_long":13.5,',
    );
    const acceptance = open().acceptAuditRecordText(text, 0, rules);
    expect("record" in acceptance && acceptance.record.json).toContain('"token_count":9007199254740993');
    expect("record" in acceptance && acceptance.record.json).toContain('"lat":52.0');
  });

  it("keeps only so many names apart", () => {
    const intake = open();
    for (let index = 0; index < 150; index++)
      intake.acceptAuditRecord({ ...auditRecord, action: `new_${index}` }, 0, rules);
    const { unknownActions } = intake.counts();
    expect(Object.keys(unknownActions)).toHaveLength(101);
    expect(unknownActions["(others)"]).toBe(50);
  });

  it("never throws, whatever the audit record", () => {
    const key = fc.constantFrom(
      ...Object.keys(auditRecord),
      "dlp_findings",
      "ip_enrichment",
      "model",
      "latency_ms",
      "x",
    );
    const intake = open();
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), (given) => {
        intake.acceptAuditRecord(given, 0, defaultIntakeLimits);
      }),
    );
  });
});
