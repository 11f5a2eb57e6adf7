import type { TLSSocket } from "node:tls";
import type { Dispatcher } from "undici";
import { Agent, EnvHttpProxyAgent } from "undici";
import type { TlsSettings } from "../connector/tls-settings.ts";
import type { EgressGuard } from "./guard/guard.ts";
import { guardedConnect } from "./guard/guarded-connect.ts";
import { judgedFirst } from "./guard/judged-first.ts";
import { addressesOf } from "./resolve.ts";
import type { TlsTarget } from "./tls-dial.ts";
import { dialTls } from "./tls-dial.ts";
import { tlsOptions } from "./tls-files.ts";

/** The one way out of the host for a destination: TLS, proxy and address rules live here. */
export interface Egress {
  /** An HTTP dispatcher with these TLS settings. Connections stay open between batches. */
  dispatcher(tls?: TlsSettings): Dispatcher;
  /** The addresses of a host, as a connection would find them. Rejects where no connection would be opened. */
  resolve(host: string): Promise<readonly string[]>;
  /** A connection of its own, for what is not HTTP: TLS always, and no proxy. Resolves after the handshake. */
  connectTls(target: TlsTarget, signal: AbortSignal): Promise<TLSSocket>;
  /** Ends all connections that were opened through this. */
  close(): Promise<void>;
}

export interface EgressOptions {
  /** Where `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What every connection has to pass, for destinations of strangers. */
  readonly guard?: EgressGuard | undefined;
}

export function createEgress({ environment, guard }: EgressOptions): Egress {
  const opened: Dispatcher[] = [];
  const sockets = new Set<TLSSocket>();
  return {
    dispatcher(tls) {
      const options = tls ? tlsOptions(tls) : {};
      const connect = guard === undefined ? options : guardedConnect(guard, options);
      const isProxied = usesProxy(environment);
      const dispatcher = isProxied
        ? new EnvHttpProxyAgent({ connect, requestTls: options, ...proxyOf(environment) })
        : new Agent({ connect, pipelining: 1 });
      opened.push(dispatcher);
      return isProxied && guard !== undefined ? dispatcher.compose(judgedFirst(guard)) : dispatcher;
    },
    resolve: (host) => addressesOf(host, guard),
    async connectTls(target, signal) {
      const socket = await dialTls(target, signal, guard);
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      return socket;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
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
