import { setImmediate as nextTurn } from "node:timers/promises";
import type { ConnectorContext, Sink } from "../connector/connector.ts";
import type { SendResult } from "../connector/send-result.ts";
import { checkTcp } from "./tcp-check.ts";
import type { TcpConnection, Watch } from "./tcp-connection.ts";
import type { Fixes } from "./tcp-failure.ts";
import { brokenOffVerdict } from "./tcp-failure.ts";
import type { LinkTiming, TcpTarget } from "./tcp-link.ts";
import { createTcpLink } from "./tcp-link.ts";
import type { UnconfirmedBounds } from "./unconfirmed.ts";
import { createUnconfirmed, unconfirmedBounds } from "./unconfirmed.ts";

export interface TcpSinkOptions {
  readonly context: ConnectorContext;
  /** TLS always: there is no plain form. */
  readonly target: TcpTarget;
  /** One event with all that separates it from the next: a stream has no bodies. */
  readonly encode: Sink["encode"];
  /** What to do about a failure, by its code, where the connector knows better than the general texts. */
  readonly fixes?: Fixes;
  readonly bounds?: UnconfirmedBounds;
  readonly timing?: Partial<TcpTiming>;
  /** Milliseconds of real time, whatever the host's clock does: connections know no other. */
  readonly now?: () => number;
}

export interface TcpTiming extends LinkTiming {
  /** How long a check waits for a late refusal. */
  readonly checkMs: number;
  /** Longest wait for bad news about a batch that was written and is the last so far. */
  readonly maxLingerMs: number;
  /** Longest goodbye at the end. */
  readonly closeMs: number;
}

export const tcpTiming: TcpTiming = {
  writeTimeoutMs: 60_000,
  refusalMs: 300,
  filesMs: 30_000,
  checkMs: 1000,
  maxLingerMs: 250,
  closeMs: 3000,
};

const MIN_LINGER_MS = 20;

/**
 * A sink over one long-lived TLS connection to a receiver that answers nothing, such as syslog. `accepted` means that the
 * system has taken the bytes and no bad news has come since. What was written lately is kept, and written again to the next
 * connection when this one breaks off.
 */
export function tcpSink(options: TcpSinkOptions): Sink {
  const { context, target, encode, fixes = {}, bounds = unconfirmedBounds, now = realTime } = options;
  const timing = { ...tcpTiming, ...options.timing };
  const unconfirmed = createUnconfirmed(bounds);
  const link = createTcpLink({ context, now, target, unconfirmed, fixes, timing });
  const lingering = new Set<Watch>();
  let expiry: NodeJS.Timeout | undefined;

  /**
   * The last batch waits for bad news about as long as these need to come, because nothing else may follow that would show
   * them. A later one that gets through ends the wait, so that a busy destination does not wait.
   */
  async function lingered(connection: TcpConnection, signal: AbortSignal) {
    for (const earlier of lingering) earlier.callOff();
    const wait = Math.min(timing.maxLingerMs, Math.max(MIN_LINGER_MS, 2 * connection.handshakeMs));
    const watch = connection.watch(wait, signal);
    lingering.add(watch);
    await watch.outcome;
    lingering.delete(watch);
    // A loop that was busy until the time was up has not looked at the network yet.
    await nextTurn();
    return connection.loss;
  }

  function remember(body: Buffer, events: number): void {
    unconfirmed.add(body, events, now());
    expiry ??= setTimeout(expire, bounds.maxAgeMs).unref();
  }

  function expire(): void {
    expiry = unconfirmed.expire(now()) ? setTimeout(expire, bounds.maxAgeMs).unref() : undefined;
  }

  return {
    encode,
    async send(batch, signal): Promise<SendResult> {
      if (batch.contentEncoding !== undefined) return notCompressible;
      const opened = await link.open(signal);
      if (opened.kind === "unopened") return opened.verdict;
      try {
        await opened.connection.write(batch.body, signal);
      } catch (error) {
        return brokenOffVerdict(error, fixes);
      }
      const loss = await lingered(opened.connection, signal);
      if (loss !== undefined) return brokenOffVerdict(loss.error, fixes);
      remember(batch.body, batch.records.length);
      return { kind: "accepted" };
    },
    check: (signal) => checkTcp({ context, target, fixes, waitMs: timing.checkMs }, signal),
    async close() {
      clearTimeout(expiry);
      await link.end(timing.closeMs);
    },
  };
}

function realTime(): number {
  return performance.now();
}

const notCompressible: SendResult = {
  kind: "suspend",
  reason: "a stream of messages cannot be compressed",
  fix: "Set compression to none for this destination.",
};
