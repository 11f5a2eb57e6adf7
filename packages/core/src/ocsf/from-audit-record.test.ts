import { describe, expect, it } from "vitest";
import { actionTable } from "./audit/action.ts";
import { fromAuditRecord } from "./from-audit-record.ts";
import { stringifyEvent } from "./stringify-event.ts";
import { validateText } from "./validate-text.ts";

const record = {
  id: "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de002",
  user_id: "u1",
  user_email: "ada@example.com",
  tenant_id: "o1",
  action: "chat_completion",
  model_id: "gpt-4o",
  provider: "openai",
  prompt_text: "secret",
  response_text: null,
  token_count_input: 12,
  cost_estimate: "0.001200",
  latency_ms: 350.4,
  request_id: "req-1",
  timestamp: "2025-03-13T00:00:00.123Z",
  hmac: "a".repeat(64),
  previous_hmac: "0".repeat(64),
  hmac_key_id: "k1",
  src_ip: "203.0.113.7",
  src_country_code: "de",
  src_city: "Berlin",
  src_asn: 64500,
  ip_enrichment: { is_vpn: false, is_proxy: false, is_tor: true, is_hosting: null },
};

describe("fromAuditRecord", () => {
  it("maps a request with everything known of it", () => {
    const { event, ...told } = fromAuditRecord(record);
    expect(told).toEqual({ action: "chat_completion", known: true, timed: true });
    expect(event).toMatchObject({
      class_uid: 6003,
      activity_id: 1,
      severity_id: 1,
      status: "Success",
      time: 1741824000123,
      duration: 350,
      metadata: { uid: record.id, correlation_uid: "req-1", tenant_uid: "o1" },
      actor: { user: { uid: "u1", email_addr: "ada@example.com" }, org: { uid: "o1" } },
      api: { operation: "chat_completion", request: { uid: "req-1" }, service: { name: "openai" } },
      resources: [{ name: "gpt-4o", type: "AI model" }],
      src_endpoint: { ip: "203.0.113.7", is_anonymous: true, location: { country: "DE", city: "Berlin" } },
    });
    expect(event.unmapped).toEqual({
      token_count_input: 12,
      cost_estimate: "0.001200",
      hmac: record.hmac,
      previous_hmac: record.previous_hmac,
      hmac_key_id: "k1",
      src_asn: 64500,
      ip_enrichment: record.ip_enrichment,
    });
  });

  it("keeps prompts and answers only when told to", () => {
    expect(JSON.stringify(fromAuditRecord(record).event)).not.toContain("secret");
    expect(fromAuditRecord(record, { includeContent: true }).event.unmapped).toMatchObject({ prompt_text: "secret" });
  });

  it("maps a DLP finding to the class that the options choose", () => {
    const finding = {
      ...record,
      action: "dlp_redact",
      dlp_findings: [{ entity_type: "credit_card", tier: 1 }, { entity_type: "credit_card" }, { entity_type: "email" }],
      matched_rule_id: "r1",
      matched_pack_id: "pci",
    };
    expect(fromAuditRecord(finding).event).toMatchObject({
      class_uid: 2001,
      severity: "Medium",
      status_detail: "REDACT",
      finding: { title: "DLP rule triggered: REDACT", uid: "req-1", types: ["credit_card", "email"] },
      analytic: { type_id: 1, uid: "r1", category: "pci" },
      unmapped: { action: "REDACT", dlp_findings: finding.dlp_findings },
    });
    expect(fromAuditRecord(finding, { findingClass: 2004 }).event).toMatchObject({
      class_uid: 2004,
      disposition: "Corrected",
    });
  });

  it.each([
    ["auth.login_success", 3002, 1, 1],
    ["auth.login.success", 3002, 1, 1],
    ["AUTH.LOGIN.FAILURE", 3002, 1, 2],
    ["auth.logout", 3002, 2, 1],
    ["auth.token.issued", 3002, 99, 1],
    ["auth.mfa_enabled", 3001, 10, 1],
    ["auth.password.changed", 3001, 3, 1],
    ["user_invite", 3001, 1, 1],
    ["key_created", 3001, 99, 1],
    ["policy_block", 2001, 1, 1],
    ["model_list", 6003, 2, 1],
  ])("maps %s to class %i, activity %i, status %i", (action, class_uid, activity_id, status_id) => {
    const mapped = fromAuditRecord({ ...record, action });
    expect(mapped.event).toMatchObject({ class_uid, activity_id, status_id });
    expect(mapped.known).toBe(true);
  });

  it.each([
    ["auth.magic_link", 3002],
    ["dlp_quarantine", 2001],
    ["role_exploded", 3001],
    ["something_new", 6003],
  ])("gives the unknown action %s activity 99 under its own name, and says so", (action, class_uid) => {
    const mapped = fromAuditRecord({ ...record, action });
    expect(mapped.event).toMatchObject({ class_uid, activity_id: 99, activity_name: action, status_id: 0 });
    expect(mapped.known).toBe(false);
  });

  it("calls a refused request a failure", () => {
    expect(fromAuditRecord({ ...record, outcome: "BLOCK" }).event).toMatchObject({
      status_id: 2,
      unmapped: { outcome: "BLOCK" },
    });
  });

  it.each([
    [{ is_vpn: false, is_proxy: false, is_tor: false }, false],
    [{ is_vpn: null, is_proxy: true, is_tor: null }, true],
    [{ is_vpn: false, is_proxy: null, is_tor: false }, undefined],
    [null, undefined],
  ])("folds the flags %j into is_anonymous %s: null is not false", (ip_enrichment, expected) => {
    const { event } = fromAuditRecord({ ...record, ip_enrichment });
    expect("src_endpoint" in event ? event.src_endpoint : undefined).toHaveProperty("ip");
    expect(JSON.parse(JSON.stringify(event)).src_endpoint.is_anonymous).toBe(expected);
  });

  it("takes the clock's time when the record has none, and says so", () => {
    const { timestamp: _, ...rest } = record;
    expect(fromAuditRecord({ ...rest, created_at: 1741824000.5 }).event.time).toBe(1741824000500);
    expect(fromAuditRecord({ ...rest, timestamp: "2025-03-13 00:00:00" }).event.time).toBe(1741824000000);
    expect(fromAuditRecord(rest, { now: () => 5 })).toMatchObject({ timed: false, event: { time: 5 } });
  });

  it("gives every action of the table, known or not, an event that passes in both renderings", () => {
    const actions = [
      ...actionTable.flatMap(({ names }) => names),
      "",
      "something_new",
      "auth.new",
      "dlp_new",
      "user_new",
    ];
    for (const action of actions) {
      for (const given of [
        { ...record, action },
        { action },
        { action, dlp_labels: ["pii"], src_ip: "n/a", src_region: "x" },
      ]) {
        for (const findingClass of [2001, 2004] as const) {
          for (const [rendering, schema] of [
            ["arbitex", "extended"],
            ["strict", "base"],
          ] as const) {
            const { event } = fromAuditRecord(given, { rendering, findingClass });
            const { errors, warnings } = validateText(stringifyEvent(event), { schema });
            expect(errors).toEqual([]);
            expect(warnings.filter(({ code }) => !/^(class|object)_deprecated$/.test(code))).toEqual([]);
          }
        }
      }
    }
  });
});
