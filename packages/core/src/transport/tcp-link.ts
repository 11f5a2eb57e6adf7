import type { ConnectorContext } from "../connector/connector.ts";
import type { SendResult } from "../connector/send-result.ts";
import { describeFailure } from "./classify-failure.ts";
import type { ProofTime, TcpConnection } from "./tcp-connection.ts";
import { createTcpConnection } from "./tcp-connection.ts";
import type { Fixes } from "./tcp-failure.ts";
import { hangUpFix, hungUp, unopenedVerdict } from "./tcp-failure.ts";
import type { Redial } from "./redial.ts";
import { createRedial } from "./redial.ts";
import type { TcpTarget } from "./tcp-target.ts";
import { connectTo, stampOf } from "./tcp-target.ts";
import type { ConnectionLoss, Unconfirmed } from "./unconfirmed.ts";

/** Manages the one connection of a destination. A new connection first resends what the last may have lost. */
export interface TcpLink {
  /** Returns the live connection, or opens a new one if there is none, it is old, or the certificate files changed. */
  open(signal: AbortSignal): Promise<Opened>;
  /** Ends the connection within about `ms`, confirming what was written as far as possible. */
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
  readonly proofMs: ProofTime;
  /** Wait in milliseconds before the second try to resend lost bodies; it doubles. The first try is at once. */
  readonly redialMs: number;
  /** Milliseconds to watch a new connection for a late refusal before writing. */
  readonly refusalMs: number;
  /** Least time in milliseconds between two checks of the certificate files. */
  readonly filesMs: number;
  /**
   * Greatest age of a connection in milliseconds. A receiver that moved to other addresses is reached there after it.
   */
  readonly maxAgeMs: number;
}

const GOODBYE_MS = 1000;
/**
 * Share of the greatest age by which connections differ, so that those of many destinations do not end at the same
 * time.
 */
const AGE_SPREAD = 0.4;
/** Wait before the next try to replace an old connection, which stays until then. */
const AGE_RETRY_MS = 30_000;

export function createTcpLink({ context, now, target, unconfirmed, fixes, timing }: TcpLinkOptions): TcpLink {
  const { logger, egress, random } = context;
  let current: TcpConnection | undefined;
  let opening: Promise<Opened> | undefined;
  let resendBytes = Number.POSITIVE_INFINITY;
  const ending = new AbortController();
  const redial: Redial = createRedial({ baseMs: timing.redialMs, random, dial: redialled });
  let hasBeenAccepted = false;
  let stamp = "";
  let lookedAt = now();
  let expiresAt = Number.POSITIVE_INFINITY;

  function filesHaveChanged(): boolean {
    if (now() - lookedAt < timing.filesMs) return false;
    lookedAt = now();
    return stampOf(target) !== stamp;
  }

  async function renew(signal: AbortSignal): Promise<Opened> {
    const opened = await dial(signal);
    if (opened.kind === "unopened") {
      if (current === undefined) return opened;
      expiresAt = now() + AGE_RETRY_MS;
      logger.warn(reasonOf(opened.verdict), "no new connection can be had, the old one stays");
      return { kind: "open", connection: current };
    }
    await current?.end(GOODBYE_MS);
    const { connection } = opened;
    current = connection;
    expiresAt = now() + timing.maxAgeMs * (1 - AGE_SPREAD * random());
    connection.onLoss((loss) => {
      if (current === connection) current = undefined;
      noteLoss(loss);
    });
    return resend(connection, signal);
  }

  function noteLoss({ error, ...loss }: ConnectionLoss): void {
    unconfirmed.lost({ error, ...loss });
    const events = unconfirmed.pendingEvents();
    const what = events === 0 ? "connection is lost" : "connection is lost, recent events will be sent again";
    logger.warn({ reason: describeFailure(error), events }, what);
    // The next batch may be far off.
    if (events > 0) redial.soon();
  }

  async function dial(signal: AbortSignal): Promise<Opened> {
    lookedAt = now();
    stamp = stampOf(target);
    let connectedAt: number | undefined;
    const onConnected = () => {
      connectedAt = now();
    };
    try {
      const socket = await connectTo(target, egress, onConnected, signal);
      const handshakeMs = now() - (connectedAt ?? lookedAt);
      const connection = createTcpConnection(socket, { now, handshakeMs, ...timing });
      const refusal = await connection.accepted(timing.refusalMs, signal);
      if (refusal !== undefined) return { kind: "unopened", verdict: refusedVerdict(refusal.error) };
      hasBeenAccepted = true;
      return { kind: "open", connection };
    } catch (error) {
      const verdict = connectedAt === undefined ? unopenedVerdict(error, fixes) : refusedVerdict(error);
      return { kind: "unopened", verdict };
    }
  }

  /** Some servers hang up on a bad certificate. A server that accepted it before has other reasons. */
  function refusedVerdict(error: unknown): SendResult {
    const verdict = unopenedVerdict(error, fixes);
    if (verdict.kind !== "retry" || hasBeenAccepted || !hungUp(error)) return verdict;
    const when = target.tls === null ? "at once" : "at the TLS handshake";
    return { kind: "suspend", reason: `${verdict.reason} (${when})`, fix: hangUpFix(target) };
  }

  /**
   * Resends lost bodies before anything else. If connections break off repeatedly, each try sends less, so that some of
   * it passes.
   */
  async function resend(connection: TcpConnection, signal: AbortSignal): Promise<Opened> {
    const events = unconfirmed.pendingEvents();
    while (unconfirmed.pendingEvents() > 0) {
      const bodies = unconfirmed.nextPending(resendBytes);
      const failure = await writtenAgain(connection, bodies, signal);
      if (failure !== undefined) {
        resendBytes = sizeOf(bodies) / 2;
        const reason = `what the last connection lost could not be sent again: ${describeFailure(failure)}`;
        return { kind: "unopened", verdict: { kind: "retry", reason } };
      }
      unconfirmed.resent(bodies.length, now());
      resendBytes = 2 * Math.max(resendBytes, sizeOf(bodies));
    }
    redial.rest();
    if (events > 0) logger.info({ events }, "sent again what the last connection may have lost");
    return { kind: "open", connection };
  }

  function open(signal: AbortSignal): Promise<Opened> | Opened {
    if (opening !== undefined) return opening;
    const isLive = current !== undefined && current.loss === undefined;
    const isCurrent = now() < expiresAt && !filesHaveChanged();
    if (current !== undefined && isLive && isCurrent) return { kind: "open", connection: current };
    opening = renew(signal).finally(() => {
      opening = undefined;
    });
    return opening;
  }

  async function redialled(): Promise<void> {
    await open(ending.signal);
    if (unconfirmed.pendingEvents() > 0 && !ending.signal.aborted) redial.soon();
  }

  return {
    async open(signal) {
      return open(signal);
    },
    async end(ms) {
      ending.abort();
      redial.rest();
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

/** Resolves to undefined when the peer stayed connected long enough after all of it was written. */
async function writtenAgain(
  connection: TcpConnection,
  bodies: readonly Buffer[],
  signal: AbortSignal,
): Promise<unknown> {
  try {
    for (const body of bodies) await connection.write(body, signal);
    const loss = await connection.proven(signal);
    return signal.aborted ? signal.reason : loss?.error;
  } catch (error) {
    return error;
  }
}

function sizeOf(bodies: readonly Buffer[]): number {
  return bodies.reduce((total, { length }) => total + length, 0);
}
