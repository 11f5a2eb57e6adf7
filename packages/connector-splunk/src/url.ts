/** The addresses of one HEC. */
export interface HecEndpoints {
  readonly intake: URL;
  /** Undefined where nothing but the intake's own address is known. */
  readonly ack?: URL;
  readonly health?: URL;
}

/** How events get to HEC. */
export interface HecRoute {
  readonly url: string;
  readonly path: "hec" | "literal";
  readonly shape: "event" | "raw";
  /** What a raw body cannot say of its events, and the query says instead. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** `/services/collector` in every form that the documents of Splunk and its senders show, with all that may follow it. */
const COLLECTOR = /\/services(?:\/collector(?:\/(?:event|raw|ack|health|mint))?(?:\/1\.0)?)?\/*$/;

/**
 * The addresses behind a URL that `urlProblem` found good: an origin, any documented path of HEC, or either behind the
 * path prefix of a reverse proxy, which is kept. A literal one is taken as it stands.
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

/** What is wrong with a configured URL, and the way out; undefined when nothing is. Never repeats what may be a secret. */
export function urlProblem(url: string): string | undefined {
  const problem = addressProblem(url);
  if (problem !== undefined) return problem;
  const { search, hash } = new URL(url);
  if (search !== "" || hash !== "") return "must end before the ? or #; the HEC token belongs in `token`";
  return undefined;
}

/** The same for a URL that is taken as it stands. A query may belong to it, a credential in it would be shown. */
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
