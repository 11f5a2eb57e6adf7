import type { Clock } from "../../clock.ts";
import type { Queue, QueueStore } from "../../delivery/queue/queue-store.ts";
import type { Stream } from "../../delivery/transmit/stream/stream.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { describeFailure } from "../../transport/classify-failure.ts";

export interface CheckpointTimerOptions {
  readonly stream: Stream;
  readonly everyMs: number;
  readonly queue: Queue;
  readonly store: QueueStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Puts checkpoints into a destination's own queue, from time to time and at the end of its stream. */
export interface CheckpointTimer {
  start(): void;
  /** Ends the stream: one last checkpoint, behind everything that is queued. */
  end(): Promise<void>;
  stop(): void;
}

export function createCheckpointTimer(options: CheckpointTimerOptions): CheckpointTimer {
  const { stream, everyMs, queue, store, clock, logger } = options;
  let cancel: (() => void) | undefined;

  async function add(isFinal: boolean): Promise<void> {
    try {
      const marker = await stream.marker(isFinal);
      if (marker !== undefined) await store.append([{ records: [marker], queues: [queue] }]);
    } catch (error) {
      logger.warn({ reason: describeFailure(error) }, "no checkpoint can be queued, the next one says as much");
    }
  }

  function arm(): void {
    cancel = clock.after(everyMs, () => {
      arm();
      void add(false);
    });
  }

  function stop(): void {
    cancel?.();
    cancel = undefined;
  }

  return {
    start() {
      stop();
      arm();
    },
    async end() {
      stop();
      await add(true);
    },
    stop,
  };
}
