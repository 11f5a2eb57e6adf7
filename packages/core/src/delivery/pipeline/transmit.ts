import type { SendResult } from "../../connector/send-result.ts";
import type { Account } from "./account.ts";
import type { NewDeadLetter } from "./dead-letter-writer.ts";
import type { Transmission, Transmitter } from "../transmit/transmitter.ts";
import type { Clock } from "../../clock.ts";
import type { Queue } from "../queue/queue-store.ts";
import type { Flow } from "./flow.ts";
import type { SubBatch } from "./sub-batch.ts";
import { withAttempt } from "./sub-batch.ts";
import type { BrokenOff, Progress, Turn } from "./workload.ts";

export interface TransmitOptions {
  readonly transmitter: Pick<Transmitter, "transmit">;
  readonly account: Account;
  readonly clock: Clock;
  readonly flow: Flow;
  readonly queue: Pick<Queue, "maySend">;
  /** The next stage. */
  readonly settle: (outcome: Outcome) => Promise<boolean>;
}

/** Outcome of a turn. */
export type Outcome =
  | Exclude<Turn, { kind: "send" }>
  /** One attempt was made. `before` is the progress at its start. */
  | {
      readonly kind: "transmitted";
      readonly subBatch: SubBatch;
      readonly transmitted: Transmitted;
      readonly before: Progress;
    }
  /** Another process may have taken the events over: nothing was sent. */
  | { readonly kind: "withdrawn"; readonly subBatch: SubBatch }
  /** An unexpected error ended the attempt. */
  | BrokenOff;

/** Result of one attempt with a sub-batch. Each event is in exactly one of the three. */
export interface Transmitted {
  /** Undefined if none of its events could be sent. */
  readonly attempt: Attempt | undefined;
  /** Events that fit into no body. */
  readonly unpackable: readonly NewDeadLetter[];
  /** Events that did not fit into the body. */
  readonly rest: SubBatch | undefined;
}

/** What was sent, and the verdict. */
export interface Attempt {
  /** The sent events, with this attempt in the history. */
  readonly subBatch: SubBatch & { readonly history: NonNullable<SubBatch["history"]> };
  readonly result: SendResult;
  /** The attempt was ended because of other events: it tells nothing about these or the destination. */
  readonly isTaken: boolean;
  /** Size of the framed body; 0 if unknown. */
  readonly bytes: number;
  /** Whether some of the events did not fit into the body. */
  readonly isCut: boolean;
  readonly tookMs: number;
}

/** The second stage: makes one attempt and hands on its outcome. Never rejects. */
export function createTransmit({ settle, ...options }: TransmitOptions): (turn: Turn) => Promise<boolean> {
  return async (turn) => settle(turn.kind === "send" ? await outcomeOf(turn.subBatch, options) : turn);
}

type AttemptOptions = Omit<TransmitOptions, "settle">;

async function outcomeOf(subBatch: SubBatch, options: AttemptOptions): Promise<Outcome> {
  const before = options.flow.progress;
  if (options.queue.maySend?.(subBatch.records) === false) return { kind: "withdrawn", subBatch };
  try {
    return { kind: "transmitted", subBatch, transmitted: await transmitted(subBatch, options), before };
  } catch (error) {
    return { kind: "broken off", subBatch, error };
  }
}

/** Makes one attempt with as many events as one body holds. Rejects only if a transmitter breaks its contract. */
async function transmitted(subBatch: SubBatch, options: AttemptOptions): Promise<Transmitted> {
  const { transmitter, account, clock, flow } = options;
  const { records, body } = subBatch;
  const startedAt = clock.now();
  const started = clock.elapsed();
  const { attempts } = subBatch.history ?? account.attempts.peekAll(records);
  const load = { records, attempt: attempts + 1, body, mostBytes: flow.limit.bytes };
  const transmission = await transmitter.transmit(load, flow.stopSignal);
  assertComplete(subBatch, transmission);
  const { sent, result, bytes, unpackable, rest } = transmission;
  if (result !== undefined) {
    account.counts.attempts[result.kind]++;
    flow.pace.sent(bytes, clock.elapsed());
    account.sendSeconds.observe((clock.elapsed() - started) / 1000);
  }
  return {
    unpackable: unpackable.map((deadLetter) => {
      return { ...deadLetter, history: subBatch.history ?? account.attempts.recall(deadLetter.record) };
    }),
    attempt: result && {
      subBatch: {
        ...subBatch,
        records: sent,
        body: transmission.body,
        history: withAttempt(subBatch.history ?? account.attempts.recallAll(sent), result, startedAt),
      },
      result,
      isTaken: transmission.isTaken === true,
      bytes,
      isCut: rest.length > 0,
      tookMs: clock.elapsed() - started,
    },
    rest: rest.length === 0 ? undefined : { ...subBatch, records: rest, body: undefined },
  };
}

function assertComplete({ records }: SubBatch, { sent, unpackable, rest, result }: Transmission): void {
  const count = sent.length + unpackable.length + rest.length;
  if (count !== records.length || (result === undefined) !== (sent.length === 0)) {
    throw new TypeError(`the transmitter tells what became of ${count} events, and was handed ${records.length}`);
  }
}
