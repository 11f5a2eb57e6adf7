import { cloudOfEndpoint, clouds } from "./clouds.ts";

/** Path after an endpoint that was copied with a whole request. */
const REQUEST_PATH = /\/dataCollectionRules(?:\/.*)?$/i;

export interface Stream {
  readonly endpoint: string;
  readonly dcrImmutableId: string;
  readonly streamName: string;
}

/** Returns the address of a stream. Keeps the path prefix of a reverse proxy. */
export function ingestUrl({ endpoint, dcrImmutableId, streamName }: Stream): URL {
  const rule = encodeURIComponent(dcrImmutableId);
  const stream = encodeURIComponent(streamName);
  return new URL(`${baseOf(endpoint)}/dataCollectionRules/${rule}/streams/${stream}?api-version=${INGEST_API_VERSION}`);
}

const INGEST_API_VERSION = "2023-01-01";

/** Returns the token address of a tenant. */
export function tokenUrl(authority: string, tenantId: string): string {
  return `${baseOf(authority)}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
}

/** Returns the origin and path prefix of a URL, without a final slash. */
export function baseOf(url: string): string {
  const { origin, pathname } = new URL(url.trim());
  return `${origin}${pathname.replace(REQUEST_PATH, "").replace(/\/+$/, "")}`;
}

/** Returns what is wrong with a configured address, with a fix; undefined if nothing is. */
export function addressProblem(url: string, example: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) {
    return `must begin with https:// and name a host, such as ${example}`;
  }
  if (parsed.username !== "" || parsed.password !== "") return "must not hold a user name or password";
  // Elsewhere http may be a test or a local proxy; at Microsoft it would only expose the token.
  if (parsed.protocol === "http:" && isMicrosoft(parsed.hostname)) return "must begin with https://, not http://";
  return undefined;
}

/** Returns whether a host is Microsoft's. */
export function isMicrosoft(hostname: string): boolean {
  if (cloudOfEndpoint(hostname) !== undefined) return true;
  return Object.values(clouds).some(({ authority, management }) =>
    [authority, management].some((url) => new URL(url).hostname === hostname),
  );
}
