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

/** Options of `tcpSink`. */
export interface TcpSinkOptions {
  readonly context: ConnectorContext;
  readonly target: TcpTarget;
  /** Encodes one event with its separator: a stream has no bodies. */
  readonly encode: Sink["encode"];
  /** Fixes by error code, where the connector knows more than the general texts. */
  readonly fixes?: Fixes;
  readonly bounds?: UnconfirmedBounds;
  readonly timing?: Partial<TcpTiming>;
  /** Monotonic time in milliseconds, independent of the host's clock. Default `performance.now`. */
  readonly now?: () => number;
}

/** Times of `tcpSink`, in milliseconds. */
export interface TcpTiming extends LinkTiming {
  /** Time limit of an attempt: connecting, waiting, resending and writing. */
  readonly attemptMs: number;
  /** Time a check waits for a late refusal. */
  readonly checkMs: number;
  /** Time limit of closing the connection. */
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

/** Bytes under way at a time: what a fast link takes in 250 ms. */
const WINDOW_BYTES = 8 * 1024 * 1024;

/**
 * Creates a sink over one long-lived connection, TLS or plain, to a receiver that sends no answers, such as syslog.
 * `accepted` means that the system took the bytes and the connection then stayed up long enough for an error to arrive.
 * An attempt takes a while, so give the connector a default `concurrency` of dozens.
 *
 * A receiver that stops reading stays connected. Recently accepted bodies are therefore kept and written again after
 * the connection breaks off.
 *
 * @example
 * ```ts
 * import type { ConnectorContext, Sink, TlsSettings } from "@arbitex/core";
 * import { tcpSink } from "@arbitex/core";
 *
 * export function openSink(host: string, tls: TlsSettings, context: ConnectorContext): Sink {
 *   return tcpSink({
 *     context,
 *     target: { host, port: 6514, tls },
 *     encode: (record) => [{ record }, "\n"],
 *   });
 * }
 * ```
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
    check: (signal, onStep) => checkTcp({ context, target, fixes, waitMs: timing.checkMs }, signal, onStep),
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
