import { type Authentication, AuthenticationActivityId } from "../generated/classes/authentication.ts";
import { type AuthProtocolId, StatusId } from "../generated/enums.ts";
import { joinUnmapped } from "../join-unmapped.ts";
import { complete } from "./complete.ts";
import type { EndpointFacts, EventFacts, RequestFacts, UserFacts } from "./facts.ts";
import { httpRequestOf } from "./http-request.ts";
import { actorOf, commonParts, endpointOf, userOf } from "./parts.ts";
import { present } from "./present.ts";
import type { BuilderSettings } from "./settings.ts";

/** Facts of an Authentication event (3002). Absent facts are absent attributes. */
export interface AuthenticationFacts extends EventFacts {
  /** Default Logon. */
  readonly activityId?: AuthenticationActivityId | undefined;
  /** Default Success. */
  readonly statusId?: StatusId | undefined;
  /** The user who logs on or off, if it is not `user`. */
  readonly subject?: UserFacts | undefined;
  readonly authProtocolId?: AuthProtocolId | undefined;
  /** The source's own name of the protocol, for protocol 99. */
  readonly authProtocol?: string | undefined;
  readonly isMfa?: boolean | undefined;
  readonly isRemote?: boolean | undefined;
  readonly sessionUid?: string | undefined;
  /** The service logged on to. Default: the product. */
  readonly service?: { readonly name: string; readonly uid?: string | undefined } | undefined;
  readonly destination?: EndpointFacts | undefined;
  readonly request?: RequestFacts | undefined;
}

/** Builds an Authentication event (3002): a user logs on or off, or fails to. */
export function buildAuthentication(facts: AuthenticationFacts, settings: BuilderSettings): Authentication {
  const http = httpRequestOf(facts.request);
  const draft = {
    class_uid: 3002,
    category_uid: 3,
    activity_id: facts.activityId ?? AuthenticationActivityId.Logon,
    ...commonParts(facts, settings),
    status_id: facts.statusId ?? StatusId.Success,
    user: userOf(facts.subject ?? facts.user ?? {}, facts.org),
    service: facts.service === undefined ? { name: settings.product.name } : present(facts.service),
    ...present({
      actor: actorOf(facts),
      src_endpoint: endpointOf(facts.source),
      dst_endpoint: endpointOf(facts.destination),
      auth_protocol_id: facts.authProtocolId,
      auth_protocol: facts.authProtocol,
      is_mfa: facts.isMfa,
      is_remote: facts.isRemote,
      session: facts.sessionUid === undefined ? undefined : { uid: facts.sessionUid },
      http_request: http.http_request,
      unmapped: joinUnmapped(facts.unmapped, http.unmapped),
    }),
  } as const;
  return complete<Authentication>(draft, settings);
}
