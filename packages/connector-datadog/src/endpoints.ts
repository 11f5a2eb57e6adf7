/** The addresses of one Datadog site. The key is checked on another host than the intake. */
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

/** A site, or one that Datadog may yet open: always under a domain of its own, so that the key goes to nobody else. */
const SITE = /^(?:[a-z]{2,4}\d{1,2}\.)?(?:datadoghq\.com|datadoghq\.eu|ddog-gov\.com)$/;
const INTAKE_HOST = /^http-intake\.logs\./;
const INTAKE_PATH = /\/(?:api\/v2\/logs)?\/*$/;

/** The addresses for settings that `siteProblem` and `urlProblem` found good. `url` comes before `site`. */
export function datadogEndpoints(site: string, url: string | undefined): DatadogEndpoints {
  const { origin, pathname } = new URL(url ?? `https://http-intake.logs.${site}`);
  const prefix = pathname.replace(INTAKE_PATH, "");
  return {
    intake: new URL(`${origin}${prefix}/api/v2/logs`),
    validate: new URL(`${validateOrigin(origin)}${prefix}/api/v1/validate`),
  };
}

/** The address of an intake leads to its site's other host; a proxy or a test answers for both. */
function validateOrigin(origin: string): string {
  const { protocol, host } = new URL(origin);
  return INTAKE_HOST.test(host) ? `${protocol}//${host.replace(INTAKE_HOST, "api.")}` : origin;
}

/** What is wrong with a configured site, and the way out; undefined when nothing is. */
export function siteProblem(site: string): string | undefined {
  if (SITE.test(site)) return undefined;
  return `must be the domain of a Datadog site (${datadogSites.join(", ")}); any other address belongs in \`url\``;
}

/** What is wrong with a configured URL, and the way out; undefined when nothing is. Never repeats what may be a secret. */
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
