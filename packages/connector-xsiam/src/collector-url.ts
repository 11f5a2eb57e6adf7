const INTAKE = "/logs/v1/event";
/** Other addresses of the same hosts. */
const OTHER_PATHS = /^\/(?:logs\/v1\/(?:bulk_load|xsiam)|public_api)/;

/** Returns the collector's address of a valid URL: the address itself, or its origin. */
export function collectorUrl(url: string): URL {
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(/(?:\/logs\/v1\/event)?\/*$/, "");
  return new URL(`${origin}${prefix}${INTAKE}`);
}

/**
 * Returns what is wrong with a configured URL, with a fix; undefined if nothing is. Never repeats the URL, which may
 * hold a secret.
 */
export function urlProblem(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) {
    return `must begin with https:// (or http://), such as https://api-tenant.xdr.us.paloaltonetworks.com${INTAKE}`;
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return "must not hold a user name or password; the collector's key belongs in `api_key`";
  }
  if (parsed.search !== "" || parsed.hash !== "") {
    return "must end before the ? or #; the collector's key belongs in `api_key`";
  }
  if (OTHER_PATHS.test(parsed.pathname)) {
    return `must be the address of an HTTP log collector, which ends in ${INTAKE}; this path belongs to another interface`;
  }
  if (parsed.hostname.endsWith(".paloaltonetworks.com") && !parsed.hostname.startsWith("api-")) {
    return "must be the address that the collector's page shows, whose host begins with api-; this one is the console's";
  }
  return undefined;
}
