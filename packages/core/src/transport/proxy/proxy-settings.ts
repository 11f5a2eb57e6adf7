import type { NoProxyEntry } from "./no-proxy.ts";
import { isExempt, parseNoProxy } from "./no-proxy.ts";

/** An HTTP proxy. */
export interface Proxy {
  /** The variable that sets it. */
  readonly variable: ProxyVariable;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Value of `Proxy-Authorization`, if credentials are set. */
  readonly authorization: string | undefined;
}

export type ProxyVariable = "HTTP_PROXY" | "HTTPS_PROXY";

/** Proxies of an environment and their exceptions. */
export interface ProxySettings {
  readonly isEmpty: boolean;
  /** Returns the proxy for a target; undefined for a direct connection. */
  proxyFor(protocol: string, host: string, port: number): Proxy | undefined;
}

export interface ProxyProblem {
  readonly variable: ProxyVariable | "NO_PROXY";
  readonly message: string;
  readonly fix: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads `HTTPS_PROXY`, `HTTP_PROXY` (also for https if set alone) and `NO_PROXY`; lower-case names win. */
export function readProxySettings(
  environment: Environment,
): ProxySettings & { readonly problems: readonly ProxyProblem[] } {
  const problems: ProxyProblem[] = [];
  const http = readProxy("HTTP_PROXY", environment, problems);
  const https = readProxy("HTTPS_PROXY", environment, problems) ?? http;
  const exempt = https === undefined ? [] : readExempt(environment, problems);
  return {
    problems,
    isEmpty: http === undefined && https === undefined,
    proxyFor(protocol, host, port) {
      const proxy = protocol === "https:" ? https : http;
      return proxy === undefined || isExempt(exempt, host, port) ? undefined : proxy;
    },
  };
}

function readProxy(variable: ProxyVariable, environment: Environment, problems: ProxyProblem[]): Proxy | undefined {
  const given = valueOf(environment, variable);
  if (given === undefined) return undefined;
  const text = /^[a-z][\w+.-]*:\/\//i.test(given) ? given : `http://${given}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fix = "Give the URL of an HTTP proxy, such as http://proxy.example.com:3128.";
  if (url === undefined || url.hostname === "") {
    problems.push({ variable, message: "is not the URL of a proxy.", fix });
    return undefined;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    problems.push({ variable, message: `${url.protocol.slice(0, -1)} proxies cannot be used.`, fix });
    return undefined;
  }
  const secure = url.protocol === "https:";
  return {
    variable,
    secure,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    authorization: authorizationOf(url),
  };
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return undefined;
  const credential = `${decoded(username)}:${decoded(password)}`;
  return `Basic ${Buffer.from(credential).toString("base64")}`;
}

/** Decodes percent-encoding. A stray percent sign stays. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function readExempt(environment: Environment, problems: ProxyProblem[]): readonly NoProxyEntry[] {
  const texts = (valueOf(environment, "NO_PROXY") ?? "").split(/[,\s]+/).filter((text) => text !== "");
  return texts.flatMap((text) => {
    const entry = parseNoProxy(text);
    if (entry !== undefined) return [entry];
    problems.push({
      variable: "NO_PROXY",
      message: `${JSON.stringify(text)} is no name, address or range, so that the proxy would be used there.`,
      fix: "Write siem.example.com, 10.0.0.0/8, ::1 or *, each also with a port.",
    });
    return [];
  });
}

function valueOf(environment: Environment, variable: string): string | undefined {
  return environment[variable.toLowerCase()] || environment[variable] || undefined;
}
