import type { ConnectorContext } from "../connector/connector.ts";
import type { SendResult } from "../connector/send-result.ts";
import { describeFailure } from "./classify-failure.ts";
import type { TcpConnection } from "./tcp-connection.ts";
import { createTcpConnection } from "./tcp-connection.ts";
import type { Fixes } from "./tcp-failure.ts";
import { HANG_UP_FIX, hungUp, unopenedVerdict } from "./tcp-failure.ts";
import type { TlsTarget } from "./tls-dial.ts";
import { tlsFilesStamp } from "./tls-files.ts";
import type { ConnectionLoss, Unconfirmed } from "./unconfirmed.ts";

export type TcpTarget = Pick<TlsTarget, "host" | "port" | "tls" | "serverName">;

/** The one connection of a destination. A new one begins with what the last may have lost. */
export interface TcpLink {
  /** The live connection, or a new one where there is none or the certificates' files have changed. */
  open(signal: AbortSignal): Promise<Opened>;
  /** Ends the connection, and makes sure of what was written as well as can be done in about this time. */
  end(ms: number): Promise<void>;
}

export type Opened =
  | { readonly kind: "open"; readonly connection: TcpConnection }
  /** Nothing of the batch was written. */
  | { readonly kind: "unopened"; readonly verdict: SendResult };

export interface TcpLinkOptions {
  readonly context: ConnectorContext;
  readonly now: () => number;
  readonly target: TcpTarget;
  readonly unconfirmed: Unconfirmed;
  readonly fixes: Fixes;
  readonly timing: LinkTiming;
}

export interface LinkTiming {
  readonly writeTimeoutMs: number;
  /** How long a new connection is watched for a late refusal before anything is written. */
  readonly refusalMs: number;
  /** Least time between two looks at the certificates' files. */
  readonly filesMs: number;
}

const GOODBYE_MS = 1000;

export function createTcpLink({ context, now, target, unconfirmed, fixes, timing }: TcpLinkOptions): TcpLink {
  const { logger, egress } = context;
  let current: TcpConnection | undefined;
  let opening: Promise<Opened> | undefined;
  const ending = new AbortController();
  let hasBeenAccepted = false;
  let stamp = "";
  let lookedAt = now();

  function filesHaveChanged(): boolean {
    if (now() - lookedAt < timing.filesMs) return false;
    lookedAt = now();
    return tlsFilesStamp(target.tls) !== stamp;
  }

  async function renew(signal: AbortSignal): Promise<Opened> {
    const opened = await dial(signal);
    if (opened.kind === "unopened") {
      if (current === undefined) return opened;
      logger.warn(reasonOf(opened.verdict), "the changed certificates do not work, the old connection stays");
      return { kind: "open", connection: current };
    }
    await current?.end(GOODBYE_MS);
    const { connection } = opened;
    current = connection;
    connection.onLoss((loss) => {
      if (current === connection) current = undefined;
      noteLoss(loss);
      // One try at once, for there may be no next batch for long. If it fails, the next batch tries, or the end.
      if (unconfirmed.pendingEvents() > 0 && !ending.signal.aborted) void open(ending.signal);
    });
    return resend(connection, signal);
  }

  function noteLoss(loss: ConnectionLoss): void {
    const givenUp = unconfirmed.lost(loss);
    const reason = describeFailure(loss.error);
    logger.warn(
      { reason, events: unconfirmed.pendingEvents() },
      "connection is lost, recent events will be sent again",
    );
    if (givenUp > 0) logger.error({ events: givenUp }, "events were sent again too often and may be lost");
  }

  async function dial(signal: AbortSignal): Promise<Opened> {
    lookedAt = now();
    stamp = tlsFilesStamp(target.tls);
    let connectedAt: number | undefined;
    const onConnected = () => {
      connectedAt = now();
    };
    try {
      const socket = await egress.connectTls({ ...target, onConnected }, signal);
      const handshakeMs = now() - (connectedAt ?? lookedAt);
      const connection = createTcpConnection(socket, { now, handshakeMs, writeTimeoutMs: timing.writeTimeoutMs });
      const refusal = await connection.accepted(timing.refusalMs, signal);
      if (refusal !== undefined) return { kind: "unopened", verdict: refusedVerdict(refusal.error) };
      hasBeenAccepted = true;
      return { kind: "open", connection };
    } catch (error) {
      const verdict = connectedAt === undefined ? unopenedVerdict(error, fixes) : refusedVerdict(error);
      return { kind: "unopened", verdict };
    }
  }

  /** Some servers just hang up when they do not like a certificate; one that was content before has other reasons. */
  function refusedVerdict(error: unknown): SendResult {
    const verdict = unopenedVerdict(error, fixes);
    if (verdict.kind !== "retry" || hasBeenAccepted || !hungUp(error)) return verdict;
    return { kind: "suspend", reason: `${verdict.reason} (at the TLS handshake)`, fix: HANG_UP_FIX };
  }

  async function resend(connection: TcpConnection, signal: AbortSignal): Promise<Opened> {
    const events = unconfirmed.pendingEvents();
    try {
      for (const body of unconfirmed.resend(now())) await connection.write(body, signal);
    } catch (error) {
      return { kind: "unopened", verdict: unopenedVerdict(error, fixes) };
    }
    if (events > 0) logger.info({ events }, "sent again what the last connection may have lost");
    return { kind: "open", connection };
  }

  function open(signal: AbortSignal): Promise<Opened> | Opened {
    if (opening !== undefined) return opening;
    const isLive = current !== undefined && current.loss === undefined;
    if (current !== undefined && isLive && !filesHaveChanged()) return { kind: "open", connection: current };
    opening = renew(signal).finally(() => {
      opening = undefined;
    });
    return opening;
  }

  return {
    async open(signal) {
      return open(signal);
    },
    async end(ms) {
      ending.abort();
      await opening;
      await current?.end(ms);
      if (unconfirmed.pendingEvents() === 0) return;
      const opened = await renew(AbortSignal.timeout(ms));
      const lossAgain = opened.kind === "open" ? await opened.connection.end(ms) : undefined;
      if (opened.kind === "open" && lossAgain === undefined) return;
      const events = unconfirmed.pendingEvents();
      logger.error({ events }, "events that a lost connection may have lost could not be sent again");
    },
  };
}

function reasonOf(verdict: SendResult): { readonly reason?: string } {
  return "reason" in verdict ? { reason: verdict.reason } : {};
}
