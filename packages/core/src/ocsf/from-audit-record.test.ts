import { describe, expect, it } from "vitest";
import { actionTable } from "./audit/action.ts";
import { fromAuditRecord } from "./from-audit-record.ts";
import { stringifyEvent } from "./stringify-event.ts";
import { validateText } from "./validate-text.ts";

const auditRecord = {
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

function messageOf(more: object): string | undefined {
  return fromAuditRecord({ ...auditRecord, ...more }).event.message;
}

describe("fromAuditRecord", () => {
  it("maps a request with everything known of it", () => {
    const { event, ...told } = fromAuditRecord(auditRecord);
    expect(told).toEqual({ action: "chat_completion", known: true, timed: true });
    expect(event).toMatchObject({
      class_uid: 6003,
      activity_id: 1,
      severity_id: 1,
      status: "Success",
      time: 1741824000123,
      duration: 350,
      metadata: { uid: auditRecord.id, correlation_uid: "req-1", tenant_uid: "o1" },
      actor: { user: { uid: "u1", email_addr: "ada@example.com" }, org: { uid: "o1" } },
      api: { operation: "chat_completion", request: { uid: "req-1" }, service: { name: "openai" } },
      resources: [{ name: "gpt-4o", type: "AI model" }],
      src_endpoint: { ip: "203.0.113.7", is_anonymous: true, location: { country: "DE", city: "Berlin" } },
    });
    expect(event.unmapped).toEqual({
      action: "chat_completion",
      latency_ms: 350.4,
      src_country_code: "de",
      token_count_input: 12,
      cost_estimate: "0.001200",
      hmac: auditRecord.hmac,
      previous_hmac: auditRecord.previous_hmac,
      hmac_key_id: "k1",
      src_asn: 64500,
      ip_enrichment: auditRecord.ip_enrichment,
    });
  });

  it("keeps prompts and answers only when told to", () => {
    expect(JSON.stringify(fromAuditRecord(auditRecord).event)).not.toContain("secret");
    expect(fromAuditRecord(auditRecord, { includeContent: true }).event.unmapped).toMatchObject({
      prompt_text: "secret",
    });
  });

  it("maps a DLP finding to the class that the options choose", () => {
    const finding = {
      ...auditRecord,
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
    const mapped = fromAuditRecord({ ...auditRecord, action });
    expect(mapped.event).toMatchObject({ class_uid, activity_id, status_id });
    expect(mapped.known).toBe(true);
  });

  it.each([
    ["auth.magic_link", 3002],
    ["dlp_quarantine", 2001],
    ["role_exploded", 3001],
    ["something_new", 6003],
  ])("gives the unknown action %s activity 99 under its own name, and says so", (action, class_uid) => {
    const mapped = fromAuditRecord({ ...auditRecord, action });
    expect(mapped.event).toMatchObject({ class_uid, activity_id: 99, activity_name: action, status_id: 0 });
    expect(mapped.known).toBe(false);
  });

  it.each([
    ["auth.login", { outcome: "BLOCK" }, { status_id: 2, severity_id: 3, status_detail: "BLOCK" }],
    ["sso_callback", { outcome: "FAILURE" }, { status_id: 2, severity_id: 3 }],
    ["auth.login_success", { error: "expired" }, { status_id: 2, status_detail: "expired" }],
    ["auth.login_failed", { outcome: "SUCCESS" }, { status_id: 2, severity_id: 3 }],
    ["auth.logout", { success: false }, { status_id: 2 }],
    ["login", { status_code: "401" }, { status_id: 2, status_code: "401" }],
    ["admin_login", { outcome: "MFA_REQUIRED" }, { status_id: 0 }],
    ["role_assignment", { outcome: "DENIED" }, { status_id: 2, severity_id: 3 }],
    ["key_deleted", { action_taken: "blocked" }, { status_id: 2, severity_id: 3 }],
    ["user_invite", { metadata: { result: "failed" } }, { status_id: 2, severity_id: 2 }],
    ["chat_completion", { status_code: 429 }, { status_id: 2, severity_id: 2 }],
    ["chat_completion", { status_code: 403 }, { status_id: 2, severity_id: 3 }],
    ["chat_completion", { outcome: "ERROR" }, { status_id: 2, severity_id: 2 }],
    ["chat_completion", { outcome: "BLOCK" }, { status_id: 2, severity_id: 3, unmapped: { outcome: "BLOCK" } }],
    ["chat_completion", { outcome: "ALLOW_WITH_OVERRIDE" }, { status_id: 1, severity_id: 2 }],
    ["model_list", { outcome: "ALLOW", status_code: 502 }, { status_id: 2 }],
  ])("reads the outcome of %s with %j", (action, said, expected) => {
    expect(fromAuditRecord({ ...auditRecord, action, ...said }).event).toMatchObject(expected);
  });

  it.each([
    ["login_failed", { class_uid: 3002, activity_id: 1, status_id: 2, severity_id: 3 }],
    ["okta.user.login.succeeded", { class_uid: 3002, activity_id: 1, status_id: 1 }],
    ["ldap_login", { class_uid: 3002, activity_id: 1, status_id: 0 }],
    ["user_session_terminated", { class_uid: 3002, activity_id: 2, status_id: 1 }],
    ["mfa_push_rejected", { class_uid: 3002, activity_id: 1, status_id: 2, is_mfa: true }],
    ["mfa.push.requested", { class_uid: 3002, activity_id: 99, activity_name: "MFA Challenge" }],
    ["oidc_login_denied", { class_uid: 3002, status_id: 2, auth_protocol: "OpenID" }],
    ["user.role.granted", { class_uid: 3001, activity_id: 7, status_id: 1 }],
    ["user_role_changed", { class_uid: 3001, activity_id: 7, status_id: 1 }],
    ["chat_completion_failed", { class_uid: 6003, activity_id: 1, status_id: 2, severity_id: 2 }],
    ["key_deleted_denied", { class_uid: 3001, activity_name: "API Key Deleted", status_id: 2, severity_id: 3 }],
    ["remove_member", { class_uid: 3001, activity_id: 99, activity_name: "Group Member Removed" }],
    ["userSuspended", { class_uid: 3001, activity_id: 5 }],
    ["totp_disabled", { class_uid: 3001, activity_id: 11 }],
    ["api_key_deleted", { class_uid: 3001, activity_id: 99, activity_name: "API Key Deleted" }],
    ["group.user_removed", { class_uid: 3001, activity_id: 99, activity_name: "Group Member Removed" }],
    ["password_reset_failed", { class_uid: 3001, activity_id: 4, status_id: 2 }],
    ["policy_blocked", { class_uid: 2001, activity_id: 1, unmapped: { action: "BLOCK" } }],
    ["dlp.request.blocked", { class_uid: 2001, activity_id: 1, unmapped: { action: "BLOCK" } }],
  ])("reads %s, which no page names, by its words", (action, expected) => {
    const mapped = fromAuditRecord({ ...auditRecord, action });
    expect(mapped.event).toMatchObject({ ...expected, metadata: { event_code: action } });
    expect(mapped.known).toBe(true);
  });

  it("reads the outcome of an action that it does not know from its name", () => {
    expect(fromAuditRecord({ ...auditRecord, action: "file_upload_blocked" })).toMatchObject({
      known: false,
      event: { class_uid: 6003, activity_id: 99, status_id: 2, severity_id: 3 },
    });
  });

  it.each([
    ["security_finding", { action_taken: "BLOCK" }, "High"],
    ["dlp_block", { action_taken: "SKIP" }, "Low"],
    ["dlp_skip", { dlp_findings: [{ entity_type: "US_SSN" }] }, "Critical"],
    ["dlp_block", { dlp_findings: [{ entity_type: "PERSON" }] }, "Medium"],
    ["dlp_redact", { dlp_findings: [{ entity_type: "PERSON" }] }, "Low"],
    ["dlp_redact", { dlp_labels: ["API_KEY"] }, "High"],
    ["dlp_block", { dlp_labels: ["API_KEY"], outcome: "ERROR" }, "Critical"],
  ])("judges %s with %j by what was found and done: %s", (action, said, severity) => {
    expect(fromAuditRecord({ ...auditRecord, action, ...said }).event).toMatchObject({ class_uid: 2001, severity });
  });

  it("takes the platform's words alone for what was done about a finding", () => {
    expect(fromAuditRecord({ ...auditRecord, action: "dlp_block", outcome: "SUCCESS" }).event).toMatchObject({
      status_id: 1,
      unmapped: { action: "BLOCK", audit_action: "dlp_block", outcome: "SUCCESS" },
    });
    expect(fromAuditRecord({ ...auditRecord, action: "dlp_redact", error: "timeout" }).event).toMatchObject({
      status_id: 2,
      status_detail: "timeout",
    });
  });

  it("tells members, roles, keys and policies apart", () => {
    const target = { target_user_name: "Bob", group_name: "Analysts", group_id: "g1", role: "auditor", key_id: "k9" };
    const [added, removed] = ["group_member_added", "group_member_removed"].map(
      (action) => fromAuditRecord({ ...auditRecord, ...target, action }).event,
    );
    expect(added).toMatchObject({
      activity_name: "Group Member Added",
      user: { full_name: "Bob", groups: [{ uid: "g1", name: "Analysts" }], credential_uid: "k9" },
      policy: { name: "auditor" },
      unmapped: { action: "group_member_added" },
    });
    expect(removed).toMatchObject({ activity_name: "Group Member Removed" });
    expect(fromAuditRecord({ ...auditRecord, ...target, action: "role_revoked" }).event).toMatchObject({
      activity_id: 8,
      activity_name: "Detach Policy",
      policy: { name: "auditor" },
    });
  });

  it("says in a message who did what to what, with what outcome", () => {
    expect(messageOf({})).toBe("ada@example.com called chat_completion of gpt-4o at openai from 203.0.113.7");
    expect(messageOf({ status_code: 429 })).toBe(
      "ada@example.com failed to call chat_completion of gpt-4o at openai from 203.0.113.7: status 429",
    );
    expect(messageOf({ action: "role_assignment", role: "auditor", target_user_name: "Bob\n" })).toBe(
      "ada@example.com gave the role auditor to Bob from 203.0.113.7",
    );
    expect(messageOf({ action: "login", user_email: null, user_name: "x".repeat(9000), error: "{who}" })).toBe(
      `${"x".repeat(199)}… failed to log on to Arbitex from 203.0.113.7: {who}`,
    );
    expect(messageOf({ message: "as it came" })).toBe("as it came");
  });

  it.each([
    [{ is_vpn: false, is_proxy: false, is_tor: false }, false],
    [{ is_vpn: null, is_proxy: true, is_tor: null }, true],
    [{ is_vpn: false, is_proxy: null, is_tor: false }, undefined],
    [null, undefined],
  ])("folds the flags %j into is_anonymous %s: null is not false", (ip_enrichment, expected) => {
    const { event } = fromAuditRecord({ ...auditRecord, ip_enrichment });
    expect("src_endpoint" in event ? event.src_endpoint : undefined).toHaveProperty("ip");
    expect(JSON.parse(JSON.stringify(event)).src_endpoint.is_anonymous).toBe(expected);
  });

  it("takes the clock's time only when the audit record has none, and says so", () => {
    const { timestamp: _, ...rest } = auditRecord;
    expect(fromAuditRecord({ ...rest, created_at: 1741824000.5 }).event.time).toBe(1741824000500);
    expect(fromAuditRecord({ ...rest, timestamp: "2025-03-13 00:00:00+00" }).event).toMatchObject({
      time: 1741824000000,
      metadata: { original_time: "2025-03-13 00:00:00+00" },
    });
    expect(fromAuditRecord(rest, { now: () => 5 })).toMatchObject({
      timed: false,
      event: { time: 5, unmapped: { time_source: "receipt" } },
    });
  });

  it("refuses a time that it cannot read, and names it", () => {
    expect(() => fromAuditRecord({ ...auditRecord, timestamp: "half past nine" })).toThrow(
      "timestamp is half past nine",
    );
    expect(
      fromAuditRecord({ ...auditRecord, timestamp: "half past nine", created_at: 1741824000 }).event,
    ).toMatchObject({
      time: 1741824000000,
      unmapped: { timestamp: "half past nine" },
    });
  });

  it.each([
    ["203.0.113.7:4711", { ip: "203.0.113.7", port: 4711 }],
    ["[2001:db8::7]:4711", { ip: "2001:db8::7", port: 4711 }],
    [" 203.0.113.7, 10.0.0.1", { ip: "203.0.113.7", intermediate_ips: ["10.0.0.1"] }],
    [["203.0.113.7", "10.0.0.1"], { ip: "203.0.113.7", intermediate_ips: ["10.0.0.1"] }],
    ["::ffff:203.0.113.7", { ip: "203.0.113.7" }],
    ["fe80::1%eth0", { ip: "fe80::1", interface_name: "eth0" }],
    ["proxy", { name: "proxy" }],
  ])("reads the address %s, and keeps it as it was written", (src_ip, expected) => {
    const { event } = fromAuditRecord({ ...auditRecord, src_ip });
    expect(event).toMatchObject({ src_endpoint: expected, unmapped: { src_ip } });
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
        { ...auditRecord, action },
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
