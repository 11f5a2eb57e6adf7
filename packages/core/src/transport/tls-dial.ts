import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { PlainTarget, TlsTarget } from "../connector/egress.ts";
import { deadline, timedOut } from "./deadline.ts";
import { dialTcp, secured } from "./dial.ts";
import type { EgressGuard } from "./guard/guard.ts";
import { tlsOptions } from "./tls-files.ts";

const DIAL_TIMEOUT_MS = 15_000;

/**
 * Opens a TLS connection and resolves after the handshake. A TLS 1.3 server may refuse a client certificate later: the
 * handshake alone proves nothing.
 */
export async function dialTls(target: TlsTarget, signal: AbortSignal, guard?: EgressGuard): Promise<TLSSocket> {
  const { host, port, tls, serverName, timeoutMs = DIAL_TIMEOUT_MS, onConnected } = target;
  const options = tlsOptions(tls);
  let missing = "connection to";
  const limit = deadline(signal, timeoutMs, () =>
    timedOut(`no ${missing} ${host} port ${port} within ${timeoutMs} ms`),
  );
  try {
    const socket = await dialTcp({ protocol: "tls:", host, port }, limit.signal, guard);
    onConnected?.(socket.remoteAddress ?? host);
    missing = "TLS handshake with";
    return await secured(socket, { options, host, ...(serverName !== undefined && { serverName }) }, limit.signal);
  } finally {
    limit.clear();
  }
}

/** Opens a connection without TLS, which anyone on the network path can read and change. */
export async function dialPlain(target: PlainTarget, signal: AbortSignal, guard?: EgressGuard): Promise<Socket> {
  const { host, port, timeoutMs = DIAL_TIMEOUT_MS, onConnected } = target;
  const limit = deadline(signal, timeoutMs, () =>
    timedOut(`no connection to ${host} port ${port} within ${timeoutMs} ms`),
  );
  try {
    const socket = await dialTcp({ protocol: "tcp:", host, port }, limit.signal, guard);
    onConnected?.(socket.remoteAddress ?? host);
    return socket;
  } finally {
    limit.clear();
  }
}
