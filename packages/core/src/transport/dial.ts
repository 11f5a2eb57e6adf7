import { once } from "node:events";
import type { Socket } from "node:net";
import { connect as connectTcp, isIP } from "node:net";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { connect as connectTls } from "node:tls";
import type { EgressGuard } from "./guard/guard.ts";
import type { GuardTarget } from "./guard/target.ts";

/**
 * Milliseconds for one address of a name before the next is tried. Node's default of 250 ms is less than the round trip
 * to a distant SIEM, so that no address would ever be reached.
 */
const PER_ADDRESS_MS = 4000;
/** TCP keep-alive detects a peer that vanished while nothing was sent. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Opens a TCP connection that passes the guard. `onFound` hears of the first address of a name. The socket has an error listener, so that a late error does not end the
 * process.
 */
export async function dialTcp(
  target: GuardTarget,
  signal: AbortSignal,
  guard: EgressGuard | undefined,
  onFound?: (address: string) => void,
): Promise<Socket> {
  const { host, port } = target;
  const refusal = guard?.refuseTarget(target);
  if (refusal !== undefined) throw refusal;
  const socket = connectTcp({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: PER_ADDRESS_MS,
    ...(guard && { lookup: guard.lookup }),
  });
  if (onFound !== undefined) {
    socket.once("lookup", (error: Error | null, address: string) => {
      if (error === null) onFound(address);
    });
  }
  await arrival(socket, "connect", signal);
  const late = guard?.refusePeer(host, socket.remoteAddress);
  if (late === undefined) return socket;
  socket.destroy();
  throw late;
}

export interface Handshake {
  readonly options: ConnectionOptions;
  /** Host that the certificate must name. */
  readonly host: string;
  /** Name sent in SNI and expected in the certificate. Default: the host. */
  readonly serverName?: string;
}

/** Starts TLS on a connection and destroys it on failure. Resolves after the handshake. */
export async function secured(
  socket: Socket,
  { options, host, serverName = host }: Handshake,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const name = isIP(serverName) === 0 && { servername: serverName };
  try {
    // Throws for an invalid certificate or key.
    const secure = connectTls({ ...options, socket, host, ...name });
    await arrival(secure, "secureConnect", signal);
    return secure;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Resolves when the socket emits `event`. Rejects on an error, on close, or with the signal's reason. */
export async function arrival(socket: Socket, event: "connect" | "secureConnect" | "readable", signal: AbortSignal) {
  socket.on("error", ignore);
  const waiting = new AbortController();
  const onClose = () => waiting.abort();
  socket.once("close", onClose);
  signal.addEventListener("abort", onClose);
  if (signal.aborted) onClose();
  try {
    await once(socket, event, { signal: waiting.signal });
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw signal.reason;
    if (waiting.signal.aborted) throw closedByServer();
    throw error;
  } finally {
    socket.off("close", onClose);
    signal.removeEventListener("abort", onClose);
  }
}

function closedByServer(): Error {
  return Object.assign(new Error("the server closed the connection"), { code: "ECONNRESET" });
}

function ignore(): void {}
