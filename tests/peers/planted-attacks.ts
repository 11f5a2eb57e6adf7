/** An audit record of the platform, as far as a detection needs it. */
export type PlantedAuditRecord = Readonly<Record<string, unknown>> & { readonly action: string };

/** What one detection has to find: whom it names, and the audit records that make it. */
export interface PlantedAttack {
  readonly finds: readonly string[];
  readonly auditRecords: readonly PlantedAuditRecord[];
}

const START = Date.UTC(2026, 10, 30, 9);
const MINUTE = 60_000;

/** Ten in the morning, so many minutes into the hour. Windows begin at full hours, half hours and ten minutes. */
function at(minute: number, second = 0): string {
  return new Date(START + minute * MINUTE + second * 1000).toISOString();
}

function many(count: number, make: (index: number) => PlantedAuditRecord): PlantedAuditRecord[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function login(who: string, minute: number, more: object = {}): PlantedAuditRecord {
  return {
    action: "auth.login",
    user_email: `${who}@example.com`,
    src_ip: "203.0.113.7",
    timestamp: at(minute),
    ...more,
  };
}

function change(action: string, who: string, minute: number, more: object = {}): PlantedAuditRecord {
  return { action, user_email: `${who}@example.com`, timestamp: at(minute), outcome: "SUCCESS", ...more };
}

const failed = { outcome: "FAILURE" };
const germany = { src_country_code: "DE" };
const ssn = { dlp_findings: [{ entity_type: "US_SSN", confidence: 0.98 }] };

/** By the title of its detection: an attack, beside what only looks like it. */
export const plantedAttacks: Readonly<Record<string, PlantedAttack>> = {
  "Brute force": {
    finds: ["brute@example.com"],
    auditRecords: [
      // In three dialects, and one of the names that no page lists.
      ...many(4, (index) => login("brute", 1, { ...failed, request_id: `b${index}`, src_ip: `198.51.100.${index}` })),
      ...many(3, (index) => login("brute", 2, { action: "auth.login_failed", request_id: `c${index}` })),
      ...many(3, (index) => login("brute", 3, { action: "login_failed", request_id: `d${index}` })),
      ...many(9, (index) => login("clumsy", 4, { ...failed, request_id: `e${index}`, src_ip: "203.0.113.8" })),
      ...many(12, (index) =>
        login("patient", index * 4, { ...failed, request_id: `f${index}`, src_ip: "203.0.113.9" }),
      ),
    ],
  },
  "Password spraying": {
    finds: ["198.51.100.77"],
    auditRecords: [
      ...many(5, (index) => login(`sprayed-${index}`, 11, { ...failed, src_ip: "198.51.100.77:4711" })),
      ...many(4, (index) => login(`office-${index}`, 11, { ...failed, src_ip: "203.0.113.20" })),
    ],
  },
  "Guessed password": {
    finds: ["guessed@example.com"],
    auditRecords: [
      ...many(5, (index) => login("guessed", 21, { ...failed, request_id: `g${index}`, src_ip: "203.0.113.30" })),
      login("guessed", 22, { src_ip: "203.0.113.30" }),
      login("forgetful", 21, { src_ip: "203.0.113.31" }),
      ...many(5, (index) => login("forgetful", 22, { ...failed, request_id: `h${index}`, src_ip: "203.0.113.31" })),
      ...many(4, (index) => login("typo", 21, { ...failed, request_id: `i${index}`, src_ip: "203.0.113.32" })),
      login("typo", 22, { src_ip: "203.0.113.32" }),
    ],
  },
  "MFA fatigue": {
    finds: ["tired@example.com"],
    auditRecords: [
      ...many(3, (index) => login("tired", 31, { action: "auth.login.mfa_required", request_id: `m${index}` })),
      ...many(2, (index) => login("tired", 32, { action: "auth.mfa_verify_failed", request_id: `n${index}` })),
      ...many(4, (index) => login("awake", 31, { action: "auth.login.mfa_required", request_id: `o${index}` })),
      login("awake", 32, { action: "auth.login.mfa_success" }),
    ],
  },
  "Impossible travel": {
    finds: ["traveller@example.com"],
    auditRecords: [
      login("traveller", 41, germany),
      login("traveller", 45, { src_country_code: "br", src_ip: "198.51.100.9" }),
      login("commuter", 41, germany),
      login("commuter", 45, { ...germany, src_city: "Berlin" }),
      login("refused", 41, germany),
      login("refused", 45, { ...failed, src_country_code: "BR" }),
    ],
  },
  "Anonymous logon": {
    finds: ["hidden@example.com"],
    auditRecords: [
      login("hidden", 46, { ip_enrichment: { is_vpn: false, is_proxy: false, is_tor: true } }),
      login("plain", 46, { ip_enrichment: { is_vpn: false, is_proxy: false, is_tor: false } }),
      login("hidden-in-vain", 46, { outcome: "BLOCK", ip_enrichment: { is_vpn: true } }),
    ],
  },
  "Privilege grant": {
    finds: ["granter@example.com"],
    auditRecords: [
      change("role_assignment", "granter", 47, { role: "Org Admin", target_user_email: "friend@example.com" }),
      change("role_assignment", "denied", 47, { role: "admin", outcome: "DENIED" }),
      change("role_assignment", "manager", 47, { role: "auditor", target_user_email: "new@example.com" }),
      change("role_revoked", "manager", 47, { role: "admin", target_user_email: "old@example.com" }),
    ],
  },
  "Second factor off": {
    finds: ["careless@example.com"],
    auditRecords: [
      change("auth.mfa_disabled", "careless", 48),
      change("auth.mfa_disabled", "stopped", 48, { outcome: "BLOCK" }),
      change("auth.mfa_enabled", "careful", 48),
    ],
  },
  "Key deletion": {
    finds: ["sweeper@example.com"],
    auditRecords: [
      ...many(3, (index) => change("key_deleted", "sweeper", 49, { key_id: `k${index}` })),
      ...many(2, (index) => change("key_deleted", "tidy", 49, { key_id: `t${index}` })),
      ...many(3, (index) => change("key_deleted", "barred", 49, { key_id: `u${index}`, outcome: "FAILURE" })),
      ...many(3, (index) => change("key_created", "maker", 49, { key_id: `v${index}` })),
    ],
  },
  "Data loss": {
    finds: ["leaker@example.com"],
    auditRecords: [
      change("security_finding", "leaker", 50, { outcome: undefined, action_taken: "SKIP", ...ssn }),
      change("dlp_block", "caught", 50, { outcome: undefined, ...ssn }),
      change("dlp_redact", "cleaned", 50, { outcome: undefined, dlp_labels: ["API_KEY"] }),
      change("dlp_skip", "harmless", 50, { outcome: undefined }),
    ],
  },
  "Blocked requests": {
    finds: ["blocked@example.com"],
    auditRecords: [
      ...many(3, (index) => change("chat_completion", "blocked", 51, { outcome: "BLOCK", request_id: `x${index}` })),
      ...many(2, (index) =>
        change("chat_completion", "blocked", 52, { outcome: "ALLOW", status_code: 403, request_id: `y${index}` }),
      ),
      ...many(4, (index) => change("chat_completion", "warned", 51, { outcome: "BLOCK", request_id: `z${index}` })),
      ...many(6, (index) => change("chat_completion", "hasty", 51, { status_code: 429, request_id: `w${index}` })),
    ],
  },
  "Passing membership": {
    finds: ["guest@example.com"],
    auditRecords: [
      change("group_member_added", "owner", 53, { target_user_email: "guest@example.com", group_name: "Admins" }),
      change("group_member_removed", "owner", 54, { target_user_email: "guest@example.com", group_name: "Admins" }),
      change("group_member_added", "owner", 53, { target_user_email: "stays@example.com", group_name: "Admins" }),
      change("group_member_removed", "owner", 53, { target_user_email: "moves@example.com", group_name: "Sales" }),
      change("group_member_added", "owner", 54, { target_user_email: "moves@example.com", group_name: "Admins" }),
    ],
  },
};

/** Ordinary days of many people: logons from one place each, requests, a redaction and a failure now and then. */
export function ordinaryAuditRecords(count: number): PlantedAuditRecord[] {
  const actions = ["auth.login_success", "chat_completion", "dlp_redact", "auth.logout", "user_invited", "model_list"];
  return many(count, (index) => {
    const person = index % 97;
    return {
      action: actions[index % actions.length] ?? "chat_completion",
      user_email: `person-${person}@example.com`,
      org_id: "o1",
      src_ip: `192.0.2.${person + 1}`,
      src_country_code: person % 2 === 0 ? "DE" : "FR",
      request_id: `r${index}`,
      timestamp: at(index % 60, index % 50),
      ...(index % 40 === 1 && { status_code: 502 }),
    };
  });
}
