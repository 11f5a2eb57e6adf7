import type { Clock } from "../../clock.ts";
import { sleep } from "../../clock.ts";
import type { StoredDeadLetter } from "../dead-letters/dead-letter-file.ts";
import type { DeadLetters } from "../dead-letters/dead-letter.ts";
import type { PublishOptions, PublishResult } from "../intake/intake.ts";
import type { ReplayMarks } from "../dead-letters/replay-marks.ts";

/** A host with only the destination to replay to. */
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

/** Options of `replayDeadLetters`. */
export interface ReplayOptions {
  /** Dead letters to replay: of one destination, without marked ones. */
  readonly deadLetters: AsyncIterable<StoredDeadLetter>;
  readonly marks: Pick<ReplayMarks, "add">;
  /**
   * Opens the host; called with the first dead letter. Its dead letters must go through `watch`. It should hold events
   * rather than dead-letter them while the destination is down, since the dead letters are safe.
   */
  open(watch: (deadLetters: DeadLetters) => DeadLetters): Promise<ReplayHost>;
  /** Number of dead letters offered, settled and marked together. */
  readonly chunkSize: number;
  /** Most events per second. Default: no limit. */
  readonly perSecond?: number | undefined;
  /** Ends the replay after the chunk under way. */
  readonly signal: AbortSignal;
  /** Ends the replay without waiting for attempts: their lock or credential is no longer valid. */
  readonly atOnce?: AbortSignal | undefined;
  /** Called before every chunk. A returned end ends the replay. */
  before?(): Promise<ReplayEnd | undefined>;
  readonly clock: Clock;
  onProgress?(account: ReplayAccount): void;
}

/** Counts of a replay, and how it ended. */
export interface ReplayAccount {
  /** Dead letters offered to the destination. */
  readonly offered: number;
  /** Delivered, or excluded by the destination's filter. */
  readonly settled: number;
  /** Refused again; new dead letters exist. */
  readonly deadLettered: number;
  /** Invalid by today's limits; they stay as they are. */
  readonly invalid: number;
  readonly end: ReplayEnd;
}

/** How a replay ended. */
export type ReplayEnd =
  | { readonly kind: "complete" }
  | { readonly kind: "cancelled" }
  /** The destination accepts nothing; unsettled dead letters stay as they are. */
  | { readonly kind: "stuck"; readonly reason: string; readonly fix: string | undefined };

const CANCEL_DEADLINE_MS = 5000;

/**
 * Offers dead letters to their destination again, in chunks. A chunk is marked only once it is settled: a crash repeats
 * at most the chunk under way.
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
      // Opening the host took time.
      if (isAborted(atOnce)) {
        end = { kind: "cancelled" };
        break;
      }
      const offered = await offer(host, chunk);
      await Promise.race([host.settled(), cancelled]);
      const left = host.status().destinations[0];
      const isSettled = left === undefined || left.queued === 0;
      if (!isSettled) await host.stop({ deadlineMs: signal.aborted && !isAborted(atOnce) ? CANCEL_DEADLINE_MS : 0 });
      // A stopped host still counts events that it could not dead-letter. Any of those not heard of may be one.
      const isAccountedFor = (host.status().destinations[0]?.queued ?? 0) === 0;
      const settled = offered.filter(
        ({ eventId }) => watched.again.has(eventId) || (isAccountedFor && !watched.leftOver.has(eventId)),
      );
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

/** Offers a chunk and returns the dead letters whose events were accepted. */
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
  // At a low rate, use small chunks to avoid bursts.
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

/** Distinguishes new refusals from events left over when the replay ends, for which the old dead letter suffices. */
function watchDeadLetters() {
  const again = new Set<string>();
  const leftOver = new Set<string>();
  return {
    /** Ids of events refused again. */
    again,
    /** Ids of events not settled when the host stopped. */
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
