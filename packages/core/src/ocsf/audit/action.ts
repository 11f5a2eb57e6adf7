import { AccountChangeActivityId as Account } from "../generated/classes/account-change.ts";
import { ApiActivityActivityId as Api } from "../generated/classes/api-activity.ts";
import { AuthenticationActivityId as Auth } from "../generated/classes/authentication.ts";
import { ActivityId as Finding, SeverityId as Severity, StatusId as Status } from "../generated/enums.ts";
import type { Found } from "./finding-severity.ts";

/** OCSF mapping of an action of the platform. Status and severity apply to an audit record without an outcome. */
export type ActionMapping = {
  /** Name of activity 99. */
  readonly activityName?: string;
  /** Cause of a logon, logoff or change, where the action's name says more than the activity. */
  readonly detail?: string;
} & (
  | {
      readonly class: "apiActivity";
      readonly activityId: Api;
      readonly severityId: Severity;
      readonly statusId: Status;
    }
  | {
      readonly class: "finding";
      readonly activityId: Finding;
      /** Action taken, in the platform's word. */
      readonly action?: string;
      /** Kind of a finding that is always the same. */
      readonly found?: Found;
      /** Severity and status of a decision about an earlier finding; otherwise they follow from kind and action. */
      readonly decision?: { readonly severityId: Severity; readonly statusId: Status };
    }
  | {
      readonly class: "authentication";
      readonly activityId: Auth;
      readonly severityId: Severity;
      readonly statusId: Status;
      readonly protocolId?: 4 | 5 | 6;
      readonly isMfa?: boolean;
    }
  | {
      readonly class: "accountChange";
      readonly activityId: Account;
      readonly severityId: Severity;
      readonly statusId: Status;
    }
);

/** One row of the table: the platform's names for one action, and its OCSF mapping. */
export interface ActionRow {
  readonly names: readonly string[];
  readonly mapping: ActionMapping;
}

const informational = { severityId: Severity.Informational, statusId: Status.Success } as const;
const refused = { severityId: Severity.Medium, statusId: Status.Failure } as const;

function request(activityId: Api, ...names: string[]): ActionRow {
  return { names, mapping: { class: "apiActivity", activityId, ...informational } };
}

function finding(more: { action?: string; found?: Found }, ...names: string[]): ActionRow {
  return { names, mapping: { class: "finding", activityId: Finding.Create, ...more } };
}

function decision(detail: string, statusId: Status, severityId: Severity, ...names: string[]): ActionRow {
  const mapping = { class: "finding", activityId: Finding.Update, detail, decision: { severityId, statusId } } as const;
  return { names, mapping };
}

function logon(more: { protocolId?: 4 | 5 | 6; isMfa?: boolean; detail?: string }, ...names: string[]): ActionRow {
  return { names, mapping: { class: "authentication", activityId: Auth.Logon, ...informational, ...more } };
}

function failedLogon(more: { isMfa?: boolean; detail?: string }, ...names: string[]): ActionRow {
  return { names, mapping: { class: "authentication", activityId: Auth.Logon, ...refused, ...more } };
}

function logoff(detail: string | undefined, ...names: string[]): ActionRow {
  const mapping = { class: "authentication", activityId: Auth.Logoff, ...informational } as const;
  return { names, mapping: detail === undefined ? mapping : { ...mapping, detail } };
}

function otherAuthentication(
  activityName: string,
  more: Partial<typeof refused> | { isMfa?: boolean },
  ...names: string[]
): ActionRow {
  return {
    names,
    mapping: { class: "authentication", activityId: Auth.Other, activityName, ...informational, ...more },
  };
}

function account(activityId: Account, severityId: Severity, ...names: string[]): ActionRow {
  return { names, mapping: { class: "accountChange", activityId, severityId, statusId: Status.Success } };
}

function otherAccount(activityName: string, severityId: Severity, ...names: string[]): ActionRow {
  const mapping = { class: "accountChange", activityId: Account.Other, activityName } as const;
  return { names, mapping: { ...mapping, severityId, statusId: Status.Success } };
}

/**
 * Every action that the platform documents, in all its dialects, and the triggers of the SIEM overview. The platform's
 * pages give the class; activity, severity and status are this project's choice. `docs/ocsf.md` shows the table, and a
 * test compares both.
 */
export const actionTable: readonly ActionRow[] = [
  request(Api.Create, "chat_completion", "api_request", "stream_activity"),
  request(Api.Read, "model_list"),

  finding({ action: "BLOCK" }, "dlp_block"),
  finding({ action: "REDACT" }, "dlp_redact"),
  finding({ action: "CANCEL" }, "dlp_cancel"),
  finding({ action: "SKIP" }, "dlp_skip"),
  finding({ action: "BLOCK" }, "policy_block"),
  finding({}, "security_finding"),
  finding({ found: "credentials" }, "credint_hit"),
  finding({ action: "REQUIRE_APPROVAL" }, "policy_approval_requested"),
  decision("Approved", Status.Success, Severity.Informational, "policy_approval_approved"),
  decision("Denied", Status.Failure, Severity.Medium, "policy_approval_denied"),

  logon({}, "auth.login_success", "auth.login.success", "auth.login", "login"),
  logon({ detail: "API key" }, "auth_success"),
  logon({ detail: "Administrator" }, "admin_login"),
  logon({ protocolId: 5 }, "auth.saml.sso"),
  logon({ detail: "SSO callback" }, "sso_callback"),
  logon({ detail: "WebAuthn" }, "auth.webauthn_login"),
  logon({ isMfa: true, detail: "MFA verified" }, "auth.mfa_verify_success", "auth.login.mfa_success"),
  failedLogon({}, "auth.login_failed", "auth.login.failure"),
  failedLogon({ detail: "API key" }, "auth_failure"),
  failedLogon({ isMfa: true, detail: "MFA refused" }, "auth.mfa_verify_failed", "auth.login.mfa_failure"),
  otherAuthentication("MFA Challenge", { isMfa: true }, "auth.login.mfa_required"),
  otherAuthentication("Token Exchange", {}, "token_exchange", "auth.token.issued"),
  otherAuthentication("Token Revocation", {}, "auth.token.revoked"),
  logoff(undefined, "auth.logout", "logout"),
  logoff("Forced by an administrator", "auth.session_force_logout"),
  logoff("Evicted", "auth.session_evicted"),
  logoff("Revoked", "auth.session.revoked"),
  logoff("Expired", "auth.session.expired"),

  account(Account.MFAFactorEnable, Severity.Informational, "auth.mfa_enabled", "auth.webauthn_registered"),
  account(Account.MFAFactorDisable, Severity.Medium, "auth.mfa_disabled", "auth.webauthn_revoked"),
  account(Account.PasswordChange, Severity.Informational, "auth.password.changed"),
  account(Account.PasswordReset, Severity.Low, "auth.password.reset"),
  account(Account.Create, Severity.Informational, "user_invite", "user_invited", "user_created"),
  account(Account.Enable, Severity.Informational, "user_enabled"),
  account(Account.Disable, Severity.Low, "user_disabled"),
  account(Account.Delete, Severity.Low, "user_deleted"),
  account(Account.Lock, Severity.Low, "user_locked"),
  otherAccount("User Updated", Severity.Informational, "user_updated"),
  otherAccount("Group Membership Change", Severity.Low, "group_membership_change"),
  otherAccount("Group Member Added", Severity.Low, "group_member_added"),
  otherAccount("Group Member Removed", Severity.Low, "group_member_removed"),
  // OCSF calls a role a policy: what an account may do.
  account(Account.AttachPolicy, Severity.Low, "role_assignment", "role_assigned"),
  account(Account.DetachPolicy, Severity.Low, "role_revoked", "role_removed"),
  otherAccount("API Key Created", Severity.Low, "key_created"),
  otherAccount("API Key Rotated", Severity.Informational, "key_rotated"),
  otherAccount("API Key Deleted", Severity.Low, "key_deleted"),
  otherAccount("Rule Created", Severity.Low, "rule_created"),
  otherAccount("Rule Updated", Severity.Low, "rule_updated"),
  otherAccount("Rule Deleted", Severity.Medium, "rule_deleted"),
  otherAccount("Policy Created", Severity.Low, "policy_created"),
  otherAccount("Policy Updated", Severity.Low, "policy_updated"),
  otherAccount("Policy Deleted", Severity.Medium, "policy_deleted"),
  otherAccount("Configuration Changed", Severity.Low, "config_changed", "admin_config"),
];
