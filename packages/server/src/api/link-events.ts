import type { EntityManagement } from "@arbitex/core/ocsf";
import { EntityManagementActivityId } from "@arbitex/core/ocsf";
import type { SetupLink } from "../access/setup-link.ts";
import { linkText } from "../access/setup-link.ts";
import type { Actor } from "./audit-facts.ts";
import { builders, factsOf } from "./audit-facts.ts";

export type LinkChange = "created" | "used" | "revoked" | "expired";

/** The audit event of a set-up link, for the organisation's SIEMs: who made it, used it or ended it. Never its token. */
export function linkEventOf(change: LinkChange, link: SetupLink, actor: Actor, time: number): EntityManagement {
  const what = linkText(link);
  return builders.entityManagement({
    ...factsOf(link.orgId, actor, time),
    ...ACTIVITIES[change],
    entity: { uid: link.id, name: what, type: "SIEM set-up link" },
    message: `The ${what} ${WORDS[change]}.`,
    unmapped: { created_by: link.createdBy, expires_at: link.expiresAt.toISOString(), uses: link.uses },
  });
}

const ACTIVITIES = {
  created: { activityId: EntityManagementActivityId.Create },
  used: { activityName: "Use" },
  revoked: { activityName: "Revoke" },
  expired: { activityName: "Expire" },
} as const;

const WORDS: Readonly<Record<LinkChange, string>> = {
  created: "was made",
  used: "was opened",
  revoked: "was revoked",
  expired: "has expired",
};
