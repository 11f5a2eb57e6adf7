import { type AccountChange, AccountChangeActivityId } from "../generated/classes/account-change.ts";
import { StatusId } from "../generated/enums.ts";
import { joinUnmapped } from "../join-unmapped.ts";
import { complete } from "./complete.ts";
import type { EventFacts, RequestFacts, UserFacts } from "./facts.ts";
import { httpRequestOf } from "./http-request.ts";
import { actorOf, commonParts, endpointOf, userOf } from "./parts.ts";
import { present } from "./present.ts";
import type { BuilderSettings } from "./settings.ts";

/** Facts of an Account Change event (3001). Absent facts are absent attributes. */
export interface AccountChangeFacts extends EventFacts {
  /** Other unless told; then `activityName` says what changed. */
  readonly activityId?: AccountChangeActivityId | undefined;
  /** Success unless told. */
  readonly statusId?: StatusId | undefined;
  /** Whose account was changed, where that is not the one of `user`. */
  readonly target?: UserFacts | undefined;
  /** The role or policy that was given, taken or changed. OCSF wants a uid or a name of it. */
  readonly policy?: { readonly uid?: string | undefined; readonly name?: string | undefined } | undefined;
  readonly request?: RequestFacts | undefined;
}

/** Account Change (3001): an account, its rights or what governs them was changed. */
export function buildAccountChange(facts: AccountChangeFacts, settings: BuilderSettings): AccountChange {
  const http = httpRequestOf(facts.request);
  const draft = {
    class_uid: 3001,
    category_uid: 3,
    activity_id: facts.activityId ?? AccountChangeActivityId.Other,
    ...commonParts(facts, settings),
    status_id: facts.statusId ?? StatusId.Success,
    user: userOf(facts.target ?? facts.user ?? {}, facts.org),
    ...present({
      actor: actorOf(facts),
      src_endpoint: endpointOf(facts.source),
      policy: facts.policy === undefined ? undefined : present(facts.policy),
      http_request: http.http_request,
      unmapped: joinUnmapped(facts.unmapped, http.unmapped),
    }),
  } as const;
  return complete<AccountChange>(draft, settings);
}
