import { createEventBuilders } from "@arbitex/core/ocsf";
import type { Caller } from "../access/access.ts";

/** The caller of a change, and the caller's address. */
export interface Actor {
  readonly caller: Pick<Caller, "name" | "scopes">;
  readonly address: string | undefined;
}

export const builders = createEventBuilders({ product: { name: "Arbitex SIEM connectors" } });

/** Facts of every audit event about something of an organisation, or of the operator alone. */
export function factsOf(orgId: string | undefined, { caller, address }: Actor, time: number) {
  const isOwn = caller.scopes.some((scope) => "orgId" in scope && scope.orgId.toLowerCase() === orgId);
  return {
    time,
    user: { name: caller.name },
    // An administrator acts for the organisation but does not belong to it.
    ...(orgId !== undefined && (isOwn ? { org: { uid: orgId } } : { tenantUid: orgId })),
    ...(address !== undefined && { source: { ip: address } }),
  };
}
