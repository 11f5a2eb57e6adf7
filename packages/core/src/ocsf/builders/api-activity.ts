import { type ApiActivity, ApiActivityActivityId } from "../generated/classes/api-activity.ts";
import { StatusId } from "../generated/enums.ts";
import type { ResourceDetails } from "../generated/objects/resource-details.ts";
import { joinUnmapped } from "../join-unmapped.ts";
import { complete } from "./complete.ts";
import type { EndpointFacts, EventFacts, RequestFacts } from "./facts.ts";
import { httpRequestOf } from "./http-request.ts";
import { actorOf, commonParts, endpointOf, unknownEndpoint, userOf } from "./parts.ts";
import { present } from "./present.ts";
import type { BuilderSettings } from "./settings.ts";

/** Facts of an API Activity event (6003). Absent facts are absent attributes. */
export interface ApiActivityFacts extends EventFacts {
  /** Default Create: a proxied request creates a completion. */
  readonly activityId?: ApiActivityActivityId | undefined;
  /** Default Success. */
  readonly statusId?: StatusId | undefined;
  /** The called operation, such as `chat_completion`. */
  readonly operation: string;
  readonly requestUid?: string | undefined;
  /** HTTP status of the answer. */
  readonly responseCode?: number | undefined;
  /** The service behind the platform, such as the provider of a model. */
  readonly service?: { readonly name: string; readonly version?: string | undefined } | undefined;
  readonly request?: RequestFacts | undefined;
  readonly destination?: EndpointFacts | undefined;
  readonly resources?: readonly ResourceDetails[] | undefined;
}

/** Builds an API Activity event (6003): a request handled by the platform. */
export function buildApiActivity(facts: ApiActivityFacts, settings: BuilderSettings): ApiActivity {
  const http = httpRequestOf(facts.request);
  const draft = {
    class_uid: 6003,
    category_uid: 6,
    activity_id: facts.activityId ?? ApiActivityActivityId.Create,
    ...commonParts(facts, settings),
    status_id: facts.statusId ?? StatusId.Success,
    actor: actorOf(facts) ?? { user: userOf({}) },
    src_endpoint: endpointOf(facts.source) ?? unknownEndpoint(),
    api: present({
      operation: facts.operation,
      request: facts.requestUid === undefined ? undefined : { uid: facts.requestUid },
      response: facts.responseCode === undefined ? undefined : { code: facts.responseCode },
      service: facts.service === undefined ? undefined : present(facts.service),
    }),
    ...present({
      http_request: http.http_request,
      dst_endpoint: endpointOf(facts.destination),
      resources: facts.resources,
      unmapped: joinUnmapped(facts.unmapped, http.unmapped),
    }),
  } as const;
  return complete<ApiActivity>(draft, settings);
}
