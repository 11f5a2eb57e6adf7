import type { Batch } from "../connector/batch.ts";
import type { ConnectorContext, Sink } from "../connector/connector.ts";
import type { SendResult } from "../connector/send-result.ts";
import { deadline, timedOut } from "./deadline.ts";
import { checkTcp } from "./tcp-check.ts";
import type { Fixes } from "./tcp-failure.ts";
import { brokenOffVerdict } from "./tcp-failure.ts";
import type { LinkTiming } from "./tcp-link.ts";
import { createTcpLink } from "./tcp-link.ts";
import type { TcpTarget } from "./tcp-target.ts";
import type { UnconfirmedBounds } from "./unconfirmed.ts";
import { createUnconfirmed, unconfirmedBounds } from "./unconfirmed.ts";
import type { Passage } from "./write-window.ts";
import { createWriteWindow } from "./write-window.ts";

export interface TcpSinkOptions {
  readonly context: ConnectorContext;
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
  /** Longest time for an attempt in all: connecting, waiting for others, what was lost before, writing. */
  readonly attemptMs: number;
  /** How long a check waits for a late refusal. */
  readonly checkMs: number;
  /** Longest goodbye at the end. */
  readonly closeMs: number;
}

export const tcpTiming: TcpTiming = {
  writeTimeoutMs: 60_000,
  proofMs: { least: 250, most: 500 },
  redialMs: 1000,
  refusalMs: 300,
  filesMs: 30_000,
  maxAgeMs: 180_000,
  attemptMs: 150_000,
  checkMs: 1000,
  closeMs: 3000,
};

/** Under way at a time, in bytes: what a quarter of a second of a fast link takes. */
const WINDOW_BYTES = 8 * 1024 * 1024;

/**
 * A sink over one long-lived connection, TLS or plain, to a receiver that answers nothing, such as syslog. `accepted` means that the
 * system has taken the bytes and the connection has stayed up for long enough since: bad news would have come. So an attempt
 * takes a while, and a destination needs many of them at a time: give the connector a default `concurrency` of dozens.
 *
 * A receiver that stops reading stays connected. Therefore what was accepted lately is kept, and written again to the next
 * connection when this one breaks off.
 */
export function tcpSink(options: TcpSinkOptions): Sink {
  const { context, target, encode, fixes = {}, bounds = unconfirmedBounds, now = realTime } = options;
  const timing = { ...tcpTiming, ...options.timing };
  const unconfirmed = createUnconfirmed(bounds);
  const link = createTcpLink({ context, now, target, unconfirmed, fixes, timing });
  const window = createWriteWindow(WINDOW_BYTES);
  let expiry: NodeJS.Timeout | undefined;

  async function passed({ body, records }: Batch, signal: AbortSignal): Promise<Passed> {
    const opened = await link.open(signal);
    if (opened.kind === "unopened") return { verdict: opened.verdict, passage: "unwritten" };
    try {
      await opened.connection.write(body, signal);
    } catch (error) {
      return { verdict: brokenOffVerdict(error, fixes), passage: "lost" };
    }
    const loss = await opened.connection.proven(signal);
    if (loss !== undefined) return { verdict: brokenOffVerdict(loss.error, fixes), passage: "lost" };
    if (signal.aborted) return { verdict: unproven, passage: "lost" };
    remember(body, records.length);
    return { verdict: { kind: "accepted" }, passage: "proven" };
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
      const { attemptMs } = timing;
      const limit = deadline(signal, attemptMs, () => timedOut(`the attempt took longer than ${attemptMs / 1000} s`));
      try {
        const outcome = await window.pass(batch.body.length, limit.signal, () => passed(batch, limit.signal));
        return outcome === undefined ? unwritten : outcome.verdict;
      } finally {
        limit.clear();
      }
    },
    check: (signal) => checkTcp({ context, target, fixes, waitMs: timing.checkMs }, signal),
    async close() {
      clearTimeout(expiry);
      await link.end(timing.closeMs);
    },
  };
}

interface Passed {
  readonly verdict: SendResult;
  readonly passage: Passage;
}

function realTime(): number {
  return performance.now();
}

const notCompressible: SendResult = {
  kind: "suspend",
  reason: "a stream of messages cannot be compressed",
  fix: "Set compression to none for this destination.",
};

const unwritten: SendResult = { kind: "retry", reason: "stopped before it was written" };
const unproven: SendResult = {
  kind: "retry",
  reason: "stopped before the connection had stayed up for long enough",
  ambiguous: true,
};
