import type { EntityManagement } from "@arbitex/core/ocsf";
import { EntityManagementActivityId } from "@arbitex/core/ocsf";
import { scopeText } from "../access/scope-text.ts";
import type { TokenRecord } from "../access/token-store.ts";
import type { Actor } from "./audit-facts.ts";
import { builders, factsOf } from "./audit-facts.ts";

/**
 * The audit event of an API token: of an organisation's token for its SIEMs, of any other for the operator's. Never the
 * token.
 */
export function tokenEventOf(
  change: "created" | "revoked",
  { id, name, scope, expiresAt }: TokenRecord,
  actor: Actor,
  time: number,
): EntityManagement {
  const orgId = scope !== undefined && "orgId" in scope ? scope.orgId : undefined;
  return builders.entityManagement({
    ...factsOf(orgId, actor, time),
    ...(change === "created" ? { activityId: EntityManagementActivityId.Create } : { activityName: "Revoke" }),
    entity: { uid: id, name, type: "SIEM API token" },
    message: `The API token "${name}" was ${change === "created" ? "made" : "revoked"}.`,
    unmapped: {
      scope: scope === undefined ? null : scopeText(scope),
      expires_at: expiresAt === null ? null : expiresAt.toISOString(),
    },
  });
}
