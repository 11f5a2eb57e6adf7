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
  /** Default Other; `activityName` then says what changed. */
  readonly activityId?: AccountChangeActivityId | undefined;
  /** Default Success. */
  readonly statusId?: StatusId | undefined;
  /** The changed account, if it is not `user`'s. */
  readonly target?: UserFacts | undefined;
  /** The role or policy granted, removed or changed. OCSF requires its uid or name. */
  readonly policy?: { readonly uid?: string | undefined; readonly name?: string | undefined } | undefined;
  readonly request?: RequestFacts | undefined;
}

/** Builds an Account Change event (3001): an account, its rights or its policies changed. */
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
