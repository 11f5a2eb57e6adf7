/** The addresses of one HEC. */
export interface HecEndpoints {
  readonly event: URL;
  readonly ack: URL;
  readonly health: URL;
}

/** `/services/collector` in every form that the documents of Splunk and its senders show, with all that may follow it. */
const COLLECTOR = /\/services(?:\/collector(?:\/(?:event|raw|ack|health|mint))?(?:\/1\.0)?)?\/*$/;

/**
 * The addresses behind a URL that `urlProblem` found good: an origin, any documented path of HEC, or either behind the
 * path prefix of a reverse proxy, which is kept.
 */
export function hecEndpoints(url: string): HecEndpoints {
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(COLLECTOR, "").replace(/\/+$/, "");
  const at = (path: string) => new URL(`${origin}${prefix}/services/collector/${path}`);
  return { event: at("event"), ack: at("ack"), health: at("health") };
}

/** What is wrong with a configured URL, and the way out; undefined when nothing is. Never repeats what may be a secret. */
export function urlProblem(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) {
    return "must begin with https:// (or http://) and name a host, such as https://splunk.example.com:8088";
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return "must not hold a user name or password; the HEC token belongs in `token`";
  }
  if (parsed.search !== "" || parsed.hash !== "") {
    return "must end before the ? or #; the HEC token belongs in `token`";
  }
  return undefined;
}
