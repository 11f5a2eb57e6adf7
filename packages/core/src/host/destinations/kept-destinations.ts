import type { Account } from "../../delivery/pipeline/account.ts";
import { REMOVED } from "../../delivery/pipeline/leftover.ts";
import type { Queue } from "../../delivery/queue/queue-store.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import type { DeadLetterMeans, DestinationDeadLetters } from "./destination-dead-letters.ts";
import { openDestinationDeadLetters } from "./destination-dead-letters.ts";
import type { Destination, DestinationStatus } from "../config/destination.ts";
import { outgoingOf } from "./outgoing.ts";

/** Queued events of a destination that is not open. */
export interface KeptEvents {
  readonly destination: Destination;
  readonly queue: Queue;
  readonly account: Account;
}

/** A removed destination whose events wait to be delivered after it is opened again, or to be dead-lettered. */
export interface Kept extends KeptEvents {
  /** Status at its removal. */
  readonly status: DestinationStatus;
}

/** Removed destinations whose events are kept. */
export class KeptDestinations {
  readonly #means: DeadLetterMeans;
  readonly #kept = new Map<string, Kept>();

  constructor(means: DeadLetterMeans) {
    this.#means = means;
  }

  get(id: string): Kept | undefined {
    return this.#kept.get(id);
  }

  add(kept: Kept): void {
    this.#kept.set(kept.destination.id, kept);
  }

  /** Forgets a destination: it is open again, or its events are dead-lettered. */
  delete(id: string): void {
    this.#kept.delete(id);
  }

  statuses(): readonly DestinationStatus[] {
    return [...this.#kept.values()].map((kept) => this.statusOf(kept));
  }

  statusOf({ status, account, queue }: Kept): DestinationStatus {
    const oldest = queue.oldestAcceptedAt();
    return {
      ...status,
      counts: structuredClone(account.counts),
      before: account.before,
      queued: queue.size,
      underWay: 0,
      nextAttemptAt: undefined,
      queueBytes: queue.bytes,
      attemptAgeMs: 0,
      oldestEventAgeMs: oldest === undefined ? 0 : Math.max(0, this.#means.parts.clock.now() - oldest),
    };
  }

  /** Dead-letters waiting events, stage `removed`. On failure they are kept, and this throws. */
  async deadLetter(kept: KeptEvents): Promise<void> {
    const destinationDeadLetters = this.#openDeadLetters(kept);
    try {
      await destinationDeadLetters.deadLetterRest(REMOVED.stage, REMOVED.reason);
    } finally {
      await destinationDeadLetters.close();
    }
  }

  async stop(): Promise<void> {
    for (const kept of this.#kept.values()) {
      const { destination, queue } = kept;
      const destinationDeadLetters = this.#openDeadLetters(kept);
      await deadLetterAtStop({ id: destination.id, queue, destinationDeadLetters }, this.#means);
      await destinationDeadLetters.close();
    }
  }

  #openDeadLetters({ destination, queue, account }: KeptEvents): DestinationDeadLetters {
    const outgoing = outgoingOf(destination, this.#means);
    return openDestinationDeadLetters(destination, { queue, account, outgoing }, this.#means);
  }
}

interface Leftover {
  readonly id: string;
  readonly queue: Queue;
  readonly destinationDeadLetters: Pick<DestinationDeadLetters, "deadLetterRest">;
}

/** Dead-letters the events of a queue that ends with the process. */
export async function deadLetterAtStop(
  { id, queue, destinationDeadLetters }: Leftover,
  { parts }: DeadLetterMeans,
): Promise<void> {
  const { queueStore, logger } = parts;
  if (queueStore.durable) return;
  try {
    await destinationDeadLetters.deadLetterRest("send", "shutdown");
  } catch (error) {
    const facts = { destination: id, count: queue.size, reason: describeFailure(error) };
    logger.error(facts, "events are lost: dead letters cannot be written");
  }
}
