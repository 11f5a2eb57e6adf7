import { once } from "node:events";
import type { Socket } from "node:net";
import { connect as connectTcp, isIP } from "node:net";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { connect as connectTls } from "node:tls";
import type { TlsSettings } from "../connector/tls-settings.ts";
import type { EgressGuard } from "./guard/guard.ts";
import { tlsOptions } from "./tls-files.ts";

/** A connection that is to be opened. TLS always: there is no plain form. */
export interface TlsTarget {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsSettings;
  /** The name to ask for and to find in the certificate, where it is not the host's own. */
  readonly serverName?: string;
  /** Longest time for the connection and its handshake together. */
  readonly timeoutMs?: number;
  /** Called between the two: what fails before is the network's fault, what fails after is TLS's. */
  readonly onConnected?: (address: string) => void;
}

const DIAL_TIMEOUT_MS = 15_000;
/** So that a peer that vanished while nothing was sent is noticed. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Opens a connection and resolves after the handshake. With TLS 1.3 the server may refuse a client certificate only after
 * that: nothing is proved by this yet. The socket has a listener for errors, so that a late one ends no process.
 */
export async function dialTls(target: TlsTarget, signal: AbortSignal, guard?: EgressGuard): Promise<TLSSocket> {
  const { host, port, tls, serverName = host, timeoutMs = DIAL_TIMEOUT_MS, onConnected } = target;
  const options = tlsOptions(tls);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const refusal = guard?.refuseTarget({ protocol: "tls:", host, port });
  if (refusal !== undefined) throw refusal;
  const lookup = guard && { lookup: guard.lookup };
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  const socket = connectTcp({ host, port, noDelay: true, ...keepAlive, ...lookup });
  await arrival(socket, "connect", limit, `no connection to ${host} port ${port} within ${timeoutMs} ms`);
  const late = guard?.refusePeer(host, socket.remoteAddress);
  if (late !== undefined) {
    socket.destroy();
    throw late;
  }
  onConnected?.(socket.remoteAddress ?? host);
  const secure = secured(socket, { ...options, host, ...(isIP(serverName) === 0 && { servername: serverName }) });
  await arrival(secure, "secureConnect", limit, `no TLS handshake with ${host} port ${port} within ${timeoutMs} ms`);
  return secure;
}

/** A certificate or a key that is no good shows here, and must not leave an open connection behind. */
function secured(socket: Socket, options: ConnectionOptions): TLSSocket {
  try {
    return connectTls({ ...options, socket });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function arrival(socket: Socket, event: "connect" | "secureConnect", signal: AbortSignal, late: string) {
  socket.on("error", ignore);
  const closed = new AbortController();
  const onClose = () => closed.abort();
  socket.once("close", onClose);
  try {
    await once(socket, event, { signal: AbortSignal.any([signal, closed.signal]) });
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw dialTimeout(signal, late);
    if (closed.signal.aborted)
      throw Object.assign(new Error("the server closed the connection"), { code: "ECONNRESET" });
    throw error;
  } finally {
    socket.off("close", onClose);
  }
}

function dialTimeout(signal: AbortSignal, late: string): unknown {
  const reason: unknown = signal.reason;
  const isTimeout = reason instanceof Error && reason.name === "TimeoutError";
  return isTimeout ? Object.assign(new Error(late), { code: "ETIMEDOUT" }) : reason;
}

function ignore(): void {}
