import type { Logger } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import type { CursorStore, PartitionRecord } from "./cursor-store.ts";
import { errorText } from "./error-text.ts";
import type { OwnedPartition } from "./owned-partition.ts";
import { within } from "./within.ts";

export interface RecorderOptions {
  readonly cursors: CursorStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly owned: () => Iterable<OwnedPartition>;
  /** Called with a partition that another node has claimed. */
  readonly onClaimed: (owned: OwnedPartition) => void;
}

/** Records what was settled, at most once a second. */
export interface Recorder {
  /** Records now what has changed. Rejects if that cannot be recorded. */
  record(): Promise<void>;
  close(): Promise<void>;
}

const INTERVAL_MS = 1000;
const RECORD_MS = 5000;

export function startRecorder({ cursors, clock, logger, owned, onClaimed }: RecorderOptions): Recorder {
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;
  let cancel = schedule();

  function schedule(): () => void {
    return clock.after(INTERVAL_MS, () => void record().then(again, again));
  }

  function again(): void {
    if (!isClosed) cancel = schedule();
  }

  /** One after the other, since a later record must not be overwritten by an earlier one. */
  function record(): Promise<void> {
    running = running.then(recordChanged, recordChanged);
    return running;
  }

  async function recordChanged(): Promise<void> {
    const changed: { readonly one: OwnedPartition; readonly record: PartitionRecord }[] = [];
    for (const one of owned()) {
      const taken = one.takeRecord();
      if (taken !== undefined) changed.push({ one, record: taken });
    }
    if (changed.length === 0) return;
    try {
      const call = cursors.record(changed.map((change) => change.record));
      const claimed = await within(RECORD_MS, "recording cursors", call);
      for (const { one } of changed) if (claimed.includes(one.partition)) onClaimed(one);
    } catch (error) {
      for (const change of changed) change.one.notRecorded(change.record);
      logger.warn({ reason: errorText(error) }, "what was delivered cannot be recorded, a failover would repeat it");
      throw error;
    }
  }

  return {
    record,
    async close() {
      isClosed = true;
      cancel();
      // What is not recorded is delivered once more by the next owner.
      await record().catch(() => undefined);
    },
  };
}
