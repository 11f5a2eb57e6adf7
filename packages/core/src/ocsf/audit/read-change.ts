import type { AccountChangeFacts } from "../builders/account-change.ts";
import type { UserFacts } from "../builders/facts.ts";
import type { JsonObject } from "../json-value.ts";
import { detailOf } from "./audit-record-values.ts";

/** Reads a change of an account: its owner, and the role, group, policy or key concerned. */
export function readChange(
  auditRecord: JsonObject,
  actor: UserFacts | undefined,
): Pick<AccountChangeFacts, "target" | "policy"> {
  const user = {
    uid: detailOf(auditRecord, "target_user_id"),
    name: detailOf(auditRecord, "target_user_name"),
    email: detailOf(auditRecord, "target_user_email"),
  };
  const role = known({
    uid: detailOf(auditRecord, "role_id"),
    name: detailOf(auditRecord, "role", "new_role", "role_name"),
  });
  const policy = known({ uid: detailOf(auditRecord, "policy_id"), name: detailOf(auditRecord, "policy_name") });
  const group = known({ uid: detailOf(auditRecord, "group_id"), name: detailOf(auditRecord, "group", "group_name") });
  const more = {
    groups: group === undefined ? undefined : [group],
    credentialUid: detailOf(auditRecord, "key_id", "api_key_id"),
  };
  // A user who names no other account changes their own.
  const target = known(user) ?? (known(more) === undefined ? undefined : actor);
  return {
    target: target === undefined && known(more) === undefined ? undefined : { ...target, ...more },
    policy: role ?? policy,
  };
}

/** Returns the facts; undefined if all are unknown. */
function known<Facts extends object>(facts: Facts): Facts | undefined {
  return Object.values(facts).some((fact) => fact !== undefined) ? facts : undefined;
}
