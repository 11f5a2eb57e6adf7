import type { Clock } from "../../clock.ts";
import { sleep } from "../../clock.ts";
import type { DestinationQueue } from "../../delivery/pipeline/destination-queue.ts";
import type { Holdings } from "../../delivery/queue/holdings.ts";
import type { QueueStore } from "../../delivery/queue/queue-store.ts";
import { isNothing, noTotals } from "../../delivery/queue/totals.ts";
import { SiemError } from "../../errors.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import type { Destination } from "../config/destination.ts";

export interface HeldStartsOptions {
  readonly queueStore: QueueStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Resolves once every publish under way has appended its events to the queues it chose. */
  readonly whenCommitted: () => Promise<void>;
  /** Appends events to a destination's queue once it has capacity. */
  readonly give: (records: readonly AcceptedEvent[], destinationQueue: DestinationQueue) => Promise<void>;
}

/** Gives new destinations the events that are held for others, where their configuration asks for it. */
export interface HeldStarts {
  /** Throws where the queue store may hold events and cannot tell which. */
  assertPossible(destination: Destination): void;
  /** Notes that a destination is to get held events, if it is new. Call it before it gets its route. */
  promise(destination: Destination, destinationQueue: DestinationQueue): Promise<void>;
  /**
   * Sets aside what a destination is to get, and gives it in the background. Call it once the destination has its
   * route.
   */
  begin(destination: Destination, destinationQueue: DestinationQueue): Promise<void>;
  /** Resolves once nothing more is given to a destination. Its queue must be closed. */
  ended(destinationId: string): Promise<void>;
  /** Forgets what a destination has not been given. */
  drop(destinationId: string): Promise<void>;
  /** Stops giving. The next process goes on. */
  close(): Promise<void>;
}

const AGAIN_MS = 1000;

export function createHeldStarts({ queueStore, clock, logger, whenCommitted, give }: HeldStartsOptions): HeldStarts {
  const { holdings } = queueStore;
  const giving = new Map<string, Promise<void>>();
  const stop = new AbortController();

  async function giveAll(id: string, destinationQueue: DestinationQueue, from: Holdings): Promise<void> {
    const isOver = () => stop.signal.aborted || destinationQueue.isClosed;
    const own = logger.child({ destination: id });
    let events = 0;
    let isStruggling = false;
    own.info({}, "events held for other destinations are given to this one");
    while (!isOver()) {
      try {
        const held = await from.of(id);
        for await (const records of held?.batches() ?? []) {
          if (isOver()) return;
          await give(records, destinationQueue);
          // A closed queue took nothing.
          if (destinationQueue.isClosed) return;
          await held?.given();
          events += records.length;
          isStruggling = false;
        }
        await from.drop(id);
        own.info({ events }, "this destination has the events held for others");
        return;
      } catch (error) {
        if (isOver() || isStopping(error)) return;
        if (!isStruggling) own.error({ reason: describeFailure(error) }, "held events cannot be given, trying again");
        isStruggling = true;
        await sleep(clock, AGAIN_MS, stop.signal);
      }
    }
  }

  return {
    assertPossible({ id, delivery }) {
      if (holdings !== undefined || delivery?.heldSince === undefined) return;
      // A queue in memory holds nothing as a host starts.
      if (!queueStore.durable && queueStore.bytes === 0) return;
      const message = `Destination "${id}" is to start with held events, which this queue store cannot tell; use a queue on disk, or start: now.`;
      throw new SiemError("SIEM_START_IMPOSSIBLE", message);
    },
    async promise({ id, delivery }, { queue }) {
      if (holdings === undefined || delivery?.heldSince === undefined) return;
      const isNew = queue.size === 0 && isNothing(queue.totalsBefore ?? noTotals);
      if (isNew && !holdings.isDue(id)) await holdings.promise(id);
    },
    async begin({ id, orgId = null, delivery }, destinationQueue) {
      if (holdings === undefined || !holdings.isDue(id)) return;
      if ((await holdings.of(id)) === undefined) {
        const since = delivery?.heldSince;
        if (since === undefined) await holdings.drop(id);
        else {
          // What was accepted without the new route is in the store then.
          await whenCommitted();
          await holdings.setAside(id, { orgId, since });
        }
        if (!holdings.isDue(id)) return;
      }
      const done = giveAll(id, destinationQueue, holdings).finally(() => giving.delete(id));
      giving.set(id, done);
    },
    async ended(destinationId) {
      await giving.get(destinationId);
    },
    async drop(destinationId) {
      await holdings?.drop(destinationId);
    },
    async close() {
      stop.abort();
      await Promise.all(giving.values());
    },
  };
}

function isStopping(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "SIEM_HOST_STOPPED";
}
