/** Addresses of one HEC. */
export interface HecEndpoints {
  readonly intake: URL;
  /** Undefined if only the intake's address is known. */
  readonly ack?: URL;
  readonly health?: URL;
}

/** Settings that decide the addresses. */
export interface HecRoute {
  readonly url: string;
  readonly path: "hec" | "literal";
  readonly shape: "event" | "raw";
  /** Metadata for the query, since a raw body cannot hold it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** `/services/collector` in every documented form, of Splunk and of senders, with every suffix. */
const COLLECTOR = /\/services(?:\/collector(?:\/(?:event|raw|ack|health|mint))?(?:\/1\.0)?)?\/*$/;

/**
 * Returns the addresses of a valid URL: an origin, or any documented path of HEC, each with an optional reverse-proxy
 * prefix, which is kept. A literal URL is used unchanged.
 */
export function hecEndpoints({ url, path, shape, metadata }: HecRoute): HecEndpoints {
  if (path === "literal") return { intake: new URL(url) };
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(COLLECTOR, "").replace(/\/+$/, "");
  const at = (name: string) => new URL(`${origin}${prefix}/services/collector/${name}`);
  const intake = at(shape);
  if (shape === "raw") intake.search = new URLSearchParams(metadata).toString();
  return { intake, ack: at("ack"), health: at("health") };
}

/**
 * Returns what is wrong with a configured URL, with a fix; undefined if nothing is. Never repeats the URL, which may
 * hold a secret.
 */
export function urlProblem(url: string): string | undefined {
  const problem = addressProblem(url);
  if (problem !== undefined) return problem;
  const { search, hash } = new URL(url);
  if (search !== "" || hash !== "") return "must end before the ? or #; the HEC token belongs in `token`";
  return undefined;
}

/** Returns what is wrong with a literal URL. It may have a query, but a credential in it would be shown. */
export function literalUrlProblem(url: string): string | undefined {
  const problem = addressProblem(url);
  if (problem !== undefined) return problem;
  const { searchParams, hash } = new URL(url);
  if (hash !== "") return "must end before the #";
  if ([...searchParams.keys()].some((name) => CREDENTIAL.test(name))) {
    return "must not hold a credential in its query; the key belongs in `token`";
  }
  return undefined;
}

const CREDENTIAL = /token|key|secret|auth|password|sig/i;

function addressProblem(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) {
    return "must begin with https:// (or http://) and name a host, such as https://splunk.example.com:8088";
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return "must not hold a user name or password; the HEC token belongs in `token`";
  }
  return undefined;
}
