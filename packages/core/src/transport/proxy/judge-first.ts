import { isIP } from "node:net";
import { canonicalHost } from "../guard/allow-list.ts";
import type { EgressGuard } from "../guard/guard.ts";
import { isOfUnknownName, isRefusal } from "../guard/refusal.ts";
import type { GuardTarget } from "../guard/target.ts";

/**
 * Checks a target before a proxy connects to it. The name is looked up here first; a name only the proxy knows is
 * passed on, unless it looks internal. Rejects with the refusal.
 */
export function judgeFirst(guard: EgressGuard, target: GuardTarget): Promise<void> {
  return new Promise((resolve, reject) => {
    const goOn = (refusal: Error | undefined) => (refusal === undefined ? resolve() : reject(refusal));
    const refusal = guard.refuseTarget(target);
    if (refusal !== undefined || isIP(canonicalHost(target.host)) !== 0) goOn(refusal);
    else
      guard.lookup(target.host, { all: true }, (error) => {
        const isRefused = isRefusal(error) && !isOfUnknownName(error);
        if (error === null || isRefused) goOn(error ?? undefined);
        else goOn(guard.refuseUnresolved(target.host));
      });
  });
}
