import { readFileSync } from "node:fs";
import type { Dispatcher } from "undici";
import { Agent, EnvHttpProxyAgent } from "undici";
import type { TlsSettings } from "../connector/tls-settings.ts";
import { SiemError } from "../errors.ts";

/** The one way out of the host for a destination: TLS, proxy and address rules live here. */
export interface Egress {
  /** An HTTP dispatcher with these TLS settings. Connections stay open between batches. */
  dispatcher(tls?: TlsSettings): Dispatcher;
  /** Ends all connections that were opened through this. */
  close(): Promise<void>;
}

export interface EgressOptions {
  /** Where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function createEgress({ environment }: EgressOptions): Egress {
  const opened: Dispatcher[] = [];
  return {
    dispatcher(tls) {
      const connect = tls ? tlsOptions(tls) : {};
      const dispatcher = usesProxy(environment)
        ? new EnvHttpProxyAgent({ connect, requestTls: connect, ...proxyOf(environment) })
        : new Agent({ connect, pipelining: 1 });
      opened.push(dispatcher);
      return dispatcher;
    },
    async close() {
      await Promise.all(opened.splice(0).map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function usesProxy(environment: EgressOptions["environment"]): boolean {
  const { httpProxy, httpsProxy } = proxyOf(environment);
  return httpProxy !== undefined || httpsProxy !== undefined;
}

function proxyOf(environment: EgressOptions["environment"]) {
  const read = (name: string) => environment[name.toLowerCase()] || environment[name] || undefined;
  const httpProxy = read("HTTP_PROXY");
  const httpsProxy = read("HTTPS_PROXY");
  const noProxy = read("NO_PROXY");
  return { ...(httpProxy && { httpProxy }), ...(httpsProxy && { httpsProxy }), ...(noProxy && { noProxy }) };
}

function tlsOptions({ tls_verify, tls_ca, tls_cert, tls_key }: TlsSettings) {
  return {
    rejectUnauthorized: tls_verify,
    ...(tls_ca !== undefined && { ca: pem("tls_ca", tls_ca) }),
    ...(tls_cert !== undefined && { cert: pem("tls_cert", tls_cert) }),
    ...(tls_key !== undefined && { key: pem("tls_key", tls_key.reveal()) }),
  };
}

/** PEM text as it is, or the file it names. The key's own text never enters the message. */
function pem(setting: string, value: string): string {
  if (value.trimStart().startsWith("-----BEGIN")) return value;
  try {
    return readFileSync(value, "utf8");
  } catch (cause) {
    const shown = setting === "tls_key" ? "the file it names" : `"${value}"`;
    throw new SiemError(
      "SIEM_TLS_FILE",
      `${setting}: ${shown} cannot be read. Give PEM text or a readable file's path.`,
      {
        cause,
      },
    );
  }
}
