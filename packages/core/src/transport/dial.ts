import { once } from "node:events";
import type { Socket } from "node:net";
import { connect as connectTcp, isIP } from "node:net";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { connect as connectTls } from "node:tls";
import type { EgressGuard } from "./guard/guard.ts";
import type { GuardTarget } from "./guard/target.ts";

/**
 * How long one address of a name may take before the next one is tried. Node's own quarter of a second is less than the
 * way to a far SIEM and back takes, so that none of its addresses would ever be reached.
 */
const PER_ADDRESS_MS = 4000;
/** So that a peer that vanished while nothing was sent is noticed. */
const KEEP_ALIVE_MS = 60_000;

/** Opens a TCP connection that passes the guard. The socket has a listener for errors, so that a late one ends no process. */
export async function dialTcp(
  target: GuardTarget,
  signal: AbortSignal,
  guard: EgressGuard | undefined,
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
  await arrival(socket, "connect", signal);
  const late = guard?.refusePeer(host, socket.remoteAddress);
  if (late === undefined) return socket;
  socket.destroy();
  throw late;
}

export interface Handshake {
  readonly options: ConnectionOptions;
  /** What the certificate must be for. */
  readonly host: string;
  /** The name to ask for and to find in the certificate, where it is not the host's own. */
  readonly serverName?: string;
}

/** TLS over a connection, which ends when that fails. Resolves after the handshake. */
export async function secured(
  socket: Socket,
  { options, host, serverName = host }: Handshake,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const name = isIP(serverName) === 0 && { servername: serverName };
  try {
    // Throws for a certificate or a key that is no good.
    const secure = connectTls({ ...options, socket, host, ...name });
    await arrival(secure, "secureConnect", signal);
    return secure;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Resolves with the event. Rejects when it does not come, with the signal's reason when that aborts first. */
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
