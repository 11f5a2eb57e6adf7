import type { Clock } from "../../clock.ts";
import { sleep } from "../../clock.ts";
import type { StoredDeadLetter } from "../dead-letters/dead-letter-file.ts";
import type { DeadLetters } from "../dead-letters/dead-letter.ts";
import type { PublishOptions, PublishResult } from "../intake/intake.ts";
import type { ReplayMarks } from "../dead-letters/replay-marks.ts";

/** A host with the one destination that dead letters are replayed to. */
export interface ReplayHost {
  publishTexts(texts: readonly string[], options?: PublishOptions): Promise<PublishResult>;
  settled(): Promise<void>;
  stop(options: { readonly deadlineMs: number }): Promise<void>;
  status(): { readonly destinations: readonly ReplayedDestination[] };
}

export interface ReplayedDestination {
  readonly queued: number;
  readonly reason: string | undefined;
  readonly fix: string | undefined;
}

export interface ReplayOptions {
  /** Those to replay, of one destination, without those that are marked. */
  readonly deadLetters: AsyncIterable<StoredDeadLetter>;
  readonly marks: ReplayMarks;
  /**
   * Opens the host; called with the first dead letter. Its dead letters must go through `watch`, and it should hold
   * events
   * rather than dead-letter them when the destination is down: the dead letters are safe where they are.
   */
  open(watch: (deadLetters: DeadLetters) => DeadLetters): Promise<ReplayHost>;
  /** Dead letters that are offered, settled and marked together. */
  readonly chunkSize: number;
  /** Most events in a second. */
  readonly perSecond?: number | undefined;
  /** Ends the replay in good order. */
  readonly signal: AbortSignal;
  /** Ends it without giving attempts under way their time: what it sends with is no longer good. */
  readonly atOnce?: AbortSignal | undefined;
  /** Asked before every chunk. An end that it gives is the replay's. */
  before?(): Promise<ReplayEnd | undefined>;
  readonly clock: Clock;
  onProgress?(account: ReplayAccount): void;
}

export interface ReplayAccount {
  /** Dead letters whose events were offered to the destination. */
  readonly offered: number;
  /** Delivered, or left out by the destination's filter. */
  readonly settled: number;
  /** Refused again; there are new dead letters of them. */
  readonly deadLettered: number;
  /** Not valid any more by today's limits; they stay as they are. */
  readonly invalid: number;
  readonly end: ReplayEnd;
}

export type ReplayEnd =
  | { readonly kind: "complete" }
  | { readonly kind: "cancelled" }
  /** The destination takes nothing; dead letters that were not settled stay as they are. */
  | { readonly kind: "stuck"; readonly reason: string; readonly fix: string | undefined };

const CANCEL_DEADLINE_MS = 5000;

/**
 * Offers dead letters' events to their destination again, a chunk at a time, and marks a chunk only once it is settled:
 * a
 * crash half-way repeats at most the chunk that was under way.
 */
export async function replayDeadLetters(options: ReplayOptions): Promise<ReplayAccount> {
  const { marks, clock, perSecond, atOnce } = options;
  const signal = atOnce === undefined ? options.signal : AbortSignal.any([options.signal, atOnce]);
  const watched = watchDeadLetters();
  const account = { offered: 0, settled: 0, deadLettered: 0, invalid: 0 };
  const startedAt = clock.now();
  const cancelled = aborted(signal);
  let host: ReplayHost | undefined;
  let end: ReplayEnd = { kind: "complete" };
  const stopAtOnce = () => void host?.stop({ deadlineMs: 0 });
  atOnce?.addEventListener("abort", stopAtOnce);
  try {
    for await (const chunk of chunksOf(options)) {
      if (perSecond !== undefined)
        await sleep(clock, startedAt + (account.offered / perSecond) * 1000 - clock.now(), signal);
      const ended = signal.aborted ? undefined : await options.before?.();
      if (signal.aborted || ended !== undefined) {
        end = ended ?? { kind: "cancelled" };
        break;
      }
      host ??= await options.open((deadLetters) => watched.through(deadLetters));
      // The host took a moment to open.
      if (isAborted(atOnce)) {
        end = { kind: "cancelled" };
        break;
      }
      const offered = await offer(host, chunk);
      await Promise.race([host.settled(), cancelled]);
      const left = host.status().destinations[0];
      const isSettled = left === undefined || left.queued === 0;
      if (!isSettled) await host.stop({ deadlineMs: signal.aborted && !isAborted(atOnce) ? CANCEL_DEADLINE_MS : 0 });
      const settled = offered.filter(({ eventId }) => !watched.leftOver.has(eventId));
      const settledMarks = settled.map((deadLetter) => {
        return {
          deadLetter,
          outcome: watched.again.has(deadLetter.eventId) ? ("dead_lettered" as const) : ("settled" as const),
        };
      });
      await marks.add(settledMarks);
      account.offered += offered.length;
      account.invalid += chunk.length - offered.length;
      account.deadLettered += settledMarks.filter(({ outcome }) => outcome === "dead_lettered").length;
      account.settled += settledMarks.filter(({ outcome }) => outcome === "settled").length;
      watched.forget();
      options.onProgress?.({ ...account, end });
      if (isSettled) continue;
      const reason = left.reason ?? "the destination takes nothing";
      end = signal.aborted ? { kind: "cancelled" } : { kind: "stuck", reason, fix: left.fix };
      break;
    }
  } finally {
    atOnce?.removeEventListener("abort", stopAtOnce);
    await host?.stop({ deadlineMs: 0 });
  }
  return { ...account, end };
}

/** The dead letters whose events passed the intake. */
async function offer(host: ReplayHost, chunk: readonly StoredDeadLetter[]): Promise<readonly StoredDeadLetter[]> {
  const texts = chunk.map(({ event }) => event);
  const { rejected } = await host.publishTexts(texts, { waitForCapacity: true });
  const refused = new Set(rejected.map(({ index }) => index));
  return chunk.filter((_, index) => !refused.has(index));
}

async function* chunksOf({
  deadLetters,
  chunkSize,
  perSecond,
}: ReplayOptions): AsyncGenerator<readonly StoredDeadLetter[]> {
  // At a low rate small chunks, so that they do not come in bursts.
  const size = Math.max(1, Math.min(chunkSize, Math.ceil(perSecond ?? chunkSize)));
  let chunk: StoredDeadLetter[] = [];
  for await (const deadLetter of deadLetters) {
    chunk.push(deadLetter);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/**
 * Tells new dead letters from those that only the end of the replay would cause: the old dead letter says it all for
 * them.
 */
function watchDeadLetters() {
  const again = new Set<string>();
  const leftOver = new Set<string>();
  return {
    /** Ids of events that were refused again. */
    again,
    /** Ids of events that were not settled when the host was stopped. */
    leftOver,
    forget() {
      again.clear();
      leftOver.clear();
    },
    through: (deadLetters: DeadLetters): DeadLetters => ({
      async append(batch) {
        const isLeft = (deadLetter: (typeof batch)[number]) =>
          deadLetter.stage === "send" && deadLetter.reason === "shutdown";
        const real = batch.filter((deadLetter) => !isLeft(deadLetter));
        await deadLetters.append(real);
        for (const { record } of real) again.add(record.id);
        for (const deadLetter of batch) if (isLeft(deadLetter)) leftOver.add(deadLetter.record.id);
      },
      close: () => deadLetters.close(),
    }),
  };
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
