/** Addresses of one Datadog site. The key check has another host than the intake. */
export interface DatadogEndpoints {
  readonly intake: URL;
  readonly validate: URL;
}

export const datadogSites = [
  "datadoghq.com",
  "us3.datadoghq.com",
  "us5.datadoghq.com",
  "datadoghq.eu",
  "ap1.datadoghq.com",
  "ap2.datadoghq.com",
  "uk1.datadoghq.com",
  "ddog-gov.com",
  "us2.ddog-gov.com",
] as const;

/**
 * A present or future site of Datadog. It must be under Datadog's own domains, so that no other host receives the key.
 */
const SITE = /^(?:[a-z]{2,4}\d{1,2}\.)?(?:datadoghq\.com|datadoghq\.eu|ddog-gov\.com)$/;
const INTAKE_HOST = /^http-intake\.logs\./;
const INTAKE_PATH = /\/(?:api\/v2\/logs)?\/*$/;

/** Returns the addresses for valid settings. `url` takes precedence over `site`. */
export function datadogEndpoints(site: string, url: string | undefined): DatadogEndpoints {
  const { origin, pathname } = new URL(url ?? `https://http-intake.logs.${site}`);
  const prefix = pathname.replace(INTAKE_PATH, "");
  return {
    intake: new URL(`${origin}${prefix}/api/v2/logs`),
    validate: new URL(`${validateOrigin(origin)}${prefix}/api/v1/validate`),
  };
}

/** Returns the origin of the key check: the site's other host for an intake, the same origin for a proxy or a test. */
function validateOrigin(origin: string): string {
  const { protocol, host } = new URL(origin);
  return INTAKE_HOST.test(host) ? `${protocol}//${host.replace(INTAKE_HOST, "api.")}` : origin;
}

/** Returns what is wrong with a configured site, with a fix; undefined if nothing is. */
export function siteProblem(site: string): string | undefined {
  if (SITE.test(site)) return undefined;
  return `must be the domain of a Datadog site (${datadogSites.join(", ")}); any other address belongs in \`url\``;
}

/**
 * Returns what is wrong with a configured URL, with a fix; undefined if nothing is. Never repeats the URL, which may
 * hold a secret.
 */
export function urlProblem(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) {
    return "must begin with https:// (or http://) and name a host, such as https://datadog-proxy.example.com";
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return "must not hold a user name or password; the API key belongs in `api_key`";
  }
  if (parsed.search !== "" || parsed.hash !== "") {
    return "must end before the ? or #; the API key belongs in `api_key`, tags in `tags`";
  }
  return undefined;
}
