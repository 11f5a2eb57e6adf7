import { cloudOfEndpoint, clouds } from "./clouds.ts";

/** What may follow an endpoint where a whole request was copied from a document. */
const REQUEST_PATH = /\/dataCollectionRules(?:\/.*)?$/i;

export interface Stream {
  readonly endpoint: string;
  readonly dcrImmutableId: string;
  readonly streamName: string;
}

/** Where the events of a stream are posted to. The path prefix of a reverse proxy is kept. */
export function ingestUrl({ endpoint, dcrImmutableId, streamName }: Stream): URL {
  const rule = encodeURIComponent(dcrImmutableId);
  const stream = encodeURIComponent(streamName);
  return new URL(`${baseOf(endpoint)}/dataCollectionRules/${rule}/streams/${stream}?api-version=${INGEST_API_VERSION}`);
}

const INGEST_API_VERSION = "2023-01-01";

/** Where tokens of a tenant are asked for. */
export function tokenUrl(authority: string, tenantId: string): string {
  return `${baseOf(authority)}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
}

/** The origin and a path prefix, without a slash at the end. */
export function baseOf(url: string): string {
  const { origin, pathname } = new URL(url.trim());
  return `${origin}${pathname.replace(REQUEST_PATH, "").replace(/\/+$/, "")}`;
}

/** What is wrong with a configured address, and the way out; undefined when nothing is. */
export function addressProblem(url: string, example: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) {
    return `must begin with https:// and name a host, such as ${example}`;
  }
  if (parsed.username !== "" || parsed.password !== "") return "must not hold a user name or password";
  // Elsewhere http may be a test or a proxy on the same machine; here it would only show the token to the network.
  if (parsed.protocol === "http:" && isMicrosoft(parsed.hostname)) return "must begin with https://, not http://";
  return undefined;
}

/** Where only Microsoft gets to see what is sent. */
export function isMicrosoft(hostname: string): boolean {
  if (cloudOfEndpoint(hostname) !== undefined) return true;
  return Object.values(clouds).some(({ authority, management }) =>
    [authority, management].some((url) => new URL(url).hostname === hostname),
  );
}
