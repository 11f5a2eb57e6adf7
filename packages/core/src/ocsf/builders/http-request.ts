import { HttpMethod } from "../generated/enums.ts";
import type { HttpRequest } from "../generated/objects/http-request.ts";
import type { RequestFacts } from "./facts.ts";
import { present } from "./present.ts";

const methods: readonly string[] = Object.values(HttpMethod);

/** Builds `http_request`, and `unmapped` for a method OCSF 1.1.0 does not list. */
export function httpRequestOf(facts: RequestFacts | undefined): {
  readonly http_request?: HttpRequest;
  readonly unmapped?: Readonly<Record<string, unknown>>;
} {
  if (facts === undefined) return {};
  const { method, url, userAgent } = facts;
  const upper = method?.toUpperCase();
  const listed = isListed(upper) ? upper : undefined;
  const request = present({
    http_method: listed,
    url: url === undefined ? undefined : { url_string: url },
    user_agent: userAgent,
  });
  return present({
    http_request: Object.keys(request).length === 0 ? undefined : request,
    unmapped: method === undefined || listed !== undefined ? undefined : { http_request: { http_method: method } },
  });
}

function isListed(method: string | undefined): method is HttpMethod {
  return method !== undefined && methods.includes(method);
}
