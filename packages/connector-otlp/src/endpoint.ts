const LOGS_PATH = "/v1/logs";

/** Returns the address for logs: the specification's path if the URL has none, otherwise the URL itself. */
export function logsUrl(url: string): URL {
  const parsed = new URL(url.trim());
  if (parsed.pathname === "/") parsed.pathname = LOGS_PATH;
  return parsed;
}

/**
 * Returns what is wrong with a configured URL, with a fix; undefined if nothing is. Never repeats the URL, which may
 * hold a secret.
 */
export function urlProblem(url: string): string | undefined {
  const parsed = URL.canParse(url.trim()) ? new URL(url.trim()) : undefined;
  if (parsed === undefined || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) {
    return "must begin with https:// (or http://) and name a host, such as https://collector.example.com:4318";
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return "must not hold a user name or password: they belong in `username` and `password`";
  }
  if (parsed.search !== "" || parsed.hash !== "") {
    return "must end before the ? or #: what a receiver wants besides belongs in `headers`";
  }
  if (parsed.port === "4317") return "names port 4317, which is that of OTLP/gRPC; OTLP/HTTP usually has 4318";
  return undefined;
}
