import { AccountChangeActivityId as Account } from "../generated/classes/account-change.ts";
import { AuthenticationActivityId as Auth } from "../generated/classes/authentication.ts";
import { ActivityId as Finding, SeverityId as Severity, StatusId as Status } from "../generated/enums.ts";
import type { ActionMapping } from "./action.ts";
import { judge } from "./judgement.ts";
import { outcomeOfWords } from "./outcome.ts";

export interface ActionWords {
  /** Undefined if the words name no activity. */
  readonly mapping: ActionMapping | undefined;
  readonly class: ActionMapping["class"];
}

type Says = (...words: readonly string[]) => boolean;

/** Reads an undocumented action by the words of its name: `login_failed`, `user.role.granted`, `okta_mfa_rejected`. */
export function readActionWords(words: readonly string[]): ActionWords {
  const says: Says = (...wanted) => wanted.some((word) => words.includes(word));
  const outcome = outcomeOfWords(words.join("_"));
  const finding = findingOf(says);
  if (finding !== undefined) return { mapping: finding, class: "finding" };
  const account = accountActivityOf(says);
  if (account !== undefined) {
    const own = { severityId: account.severityId ?? Severity.Low, statusId: Status.Success };
    const { statusId, severityId } = judge("accountChange", own, outcome);
    const mapping = { class: "accountChange", activityId: account.activityId, severityId, statusId } as const;
    return {
      mapping: account.name === undefined ? mapping : { ...mapping, activityName: account.name },
      class: "accountChange",
    };
  }
  const logon = authenticationOf(says);
  if (logon !== undefined) {
    const own = {
      severityId: Severity.Informational,
      statusId: logon.isDone === true ? Status.Success : Status.Unknown,
    };
    const { isDone: _, ...activity } = logon;
    return {
      mapping: { class: "authentication", ...activity, ...judge("authentication", own, outcome) },
      class: "authentication",
    };
  }
  return { mapping: undefined, class: classOf(says) };
}

function findingOf(says: Says): ActionMapping | undefined {
  const isPolicy = says("policy") && says("block", "blocked");
  if (!isPolicy && !says("dlp", "credint", "compliance", "finding", "leak")) return undefined;
  const more = says("credint") ? { found: "credentials" as const } : {};
  const finding = { class: "finding", activityId: Finding.Create, ...more } as const;
  if (says("block", "blocked", "deny", "denied")) return { ...finding, action: "BLOCK" };
  if (says("redact", "redacted", "mask", "masked")) return { ...finding, action: "REDACT" };
  if (says("cancel", "canceled", "cancelled")) return { ...finding, action: "CANCEL" };
  if (says("skip", "skipped")) return { ...finding, action: "SKIP" };
  if (says("allow", "allowed")) return { ...finding, action: "ALLOW" };
  return says("hit", "detected", "found", "triggered") ? finding : undefined;
}

interface AccountActivity {
  readonly activityId: Account;
  readonly severityId?: Severity;
  /** Name of activity 99. */
  readonly name?: string;
}

/** Activities by verb. Groups are tried in this order; without a match it is not a change. */
function accountActivityOf(says: Says): AccountActivity | undefined {
  const adds = says(
    "assigned",
    "assign",
    "assignment",
    "granted",
    "grant",
    "attached",
    "attach",
    "added",
    "add",
    "elevated",
  );
  const removes = says("revoked", "revoke", "removed", "remove", "unassigned", "detached", "detach", "withdrawn");
  if (says("mfa", "otp", "totp", "2fa", "webauthn", "passkey", "factor")) {
    if (says("enabled", "enable", "registered", "register", "enrolled", "enroll", "added", "activated")) {
      return { activityId: Account.MFAFactorEnable, severityId: Severity.Informational };
    }
    const isOff = removes || says("disabled", "disable", "deleted", "unenrolled", "reset", "deactivated");
    return isOff ? { activityId: Account.MFAFactorDisable, severityId: Severity.Medium } : undefined;
  }
  if (says("password", "passwd")) {
    if (says("reset", "recovered", "recovery")) return { activityId: Account.PasswordReset };
    if (says("changed", "change", "updated", "rotated")) {
      return { activityId: Account.PasswordChange, severityId: Severity.Informational };
    }
    return undefined;
  }
  if (says("member", "members", "membership") || (says("group", "team") && says("user", "users"))) {
    if (adds || says("joined")) return { activityId: Account.Other, name: "Group Member Added" };
    if (removes || says("deleted", "left")) return { activityId: Account.Other, name: "Group Member Removed" };
  }
  if (says("role", "roles", "privilege", "privileges", "permission", "permissions", "policy")) {
    if (adds || says("changed", "change")) return { activityId: Account.AttachPolicy };
    if (removes) return { activityId: Account.DetachPolicy };
  }
  if (says("key", "apikey") && !says("group", "role", "policy", "rule")) {
    if (says("created", "create", "issued", "generated", "added"))
      return { activityId: Account.Other, name: "API Key Created" };
    if (removes || says("deleted", "delete")) return { activityId: Account.Other, name: "API Key Deleted" };
    if (says("rotated", "rotate"))
      return { activityId: Account.Other, name: "API Key Rotated", severityId: Severity.Informational };
  }
  // A user who acts is not changed by it.
  if (!says("user", "account", "invite") || says("login", "logon", "logout", "session", "token", "signin", "key")) {
    return undefined;
  }
  if (says("group", "role", "policy", "rule", "config")) return undefined;
  if (says("invited", "invite", "created", "create", "added", "provisioned", "registered")) {
    return { activityId: Account.Create, severityId: Severity.Informational };
  }
  if (says("deleted", "delete", "removed", "remove", "deprovisioned")) return { activityId: Account.Delete };
  if (says("disabled", "disable", "suspended", "deactivated")) return { activityId: Account.Disable };
  if (says("enabled", "enable", "reactivated", "activated", "restored", "unlocked", "unlock")) {
    return { activityId: Account.Enable, severityId: Severity.Informational };
  }
  return says("locked", "lock") ? { activityId: Account.Lock } : undefined;
}

interface AuthenticationActivity {
  readonly activityId: Auth;
  readonly activityName?: string;
  readonly isMfa?: boolean;
  readonly protocolId?: 4 | 5 | 6;
  /** Whether the name says that it succeeded, not only that it was tried. */
  readonly isDone?: boolean;
}

function authenticationOf(says: Says): AuthenticationActivity | undefined {
  const isMfa = says("mfa", "otp", "totp", "2fa", "webauthn", "passkey") ? { isMfa: true } : {};
  if (says("logout", "logoff", "signout", "signoff")) return { activityId: Auth.Logoff, isDone: true };
  if (
    says("session") &&
    says("expired", "revoked", "terminated", "evicted", "ended", "closed", "killed", "invalidated")
  ) {
    return { activityId: Auth.Logoff, isDone: true };
  }
  if (says("token") && !says("login", "logon", "signin")) {
    if (says("revoked", "revoke")) return { activityId: Auth.Other, activityName: "Token Revocation", isDone: true };
    if (says("issued", "exchange", "exchanged", "refreshed", "refresh", "minted")) {
      return { activityId: Auth.Other, activityName: "Token Exchange", isDone: true };
    }
  }
  if (
    says("mfa", "2fa", "otp", "totp") &&
    says("required", "challenge", "challenged", "requested", "prompted", "sent")
  ) {
    return { activityId: Auth.Other, activityName: "MFA Challenge", ...isMfa, isDone: true };
  }
  const isLogon =
    says("login", "logon", "signin", "sso", "saml", "oidc", "oauth", "openid", "authenticated") ||
    says("mfa", "2fa", "otp", "totp", "webauthn", "passkey") ||
    (says("session") && says("created", "started", "opened")) ||
    // `auth_rejected`, but not `auth.magic_link`.
    (says("auth", "authentication") &&
      says(
        "failed",
        "failure",
        "success",
        "succeeded",
        "denied",
        "rejected",
        "refused",
        "blocked",
        "error",
        "invalid",
      ));
  if (!isLogon) return undefined;
  const protocolId = says("saml") ? 5 : says("oidc", "openid") ? 4 : says("oauth") ? 6 : undefined;
  return {
    activityId: Auth.Logon,
    ...isMfa,
    ...(protocolId !== undefined && { protocolId }),
    isDone: says("authenticated", "created", "started", "opened"),
  };
}

function classOf(says: Says): ActionMapping["class"] {
  if (says("auth", "session", "sso", "token")) return "authentication";
  if (says("dlp", "credint", "compliance")) return "finding";
  const governed = ["admin", "config", "group", "key", "org", "policy", "role", "rule", "user", "account", "password"];
  return says(...governed) ? "accountChange" : "apiActivity";
}
