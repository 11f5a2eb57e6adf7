import type { Logger } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import { sleep } from "@arbitex/core/host";
import type { CursorStore } from "./cursor-store.ts";
import { errorText } from "./error-text.ts";
import type { KafkaLog } from "./kafka-log.ts";
import { OwnedPartition } from "./owned-partition.ts";
import { within } from "./within.ts";

export interface OwnershipOptions {
  readonly cursors: CursorStore;
  readonly log: Pick<KafkaLog, "earliest">;
  readonly node: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called with a partition that this node owns from now on. */
  readonly onOwned: (owned: OwnedPartition) => void;
  /** Called with a partition that this node is about to leave to another. */
  readonly onLeaving: (owned: OwnedPartition) => void;
  /** Called with a partition that this node no longer owns. */
  readonly onLost: (owned: OwnedPartition) => void;
  /** Records what was settled. */
  readonly record: () => Promise<void>;
}

/** The partitions that this node owns, by the group's assignment and a claim in the cursor store. */
export interface Ownership {
  readonly owned: () => Iterable<OwnedPartition>;
  /** Returns an ownership, also an ended one of which events are taken. */
  originOf(origin: number): OwnedPartition | undefined;
  assigned(partitions: ReadonlySet<number>): void;
  /** Lets go of all other partitions: waits a little for what is under way, and records it. */
  keepOnly(kept: ReadonlySet<number>): Promise<void>;
  /** Ends an ownership that another node has taken. It is claimed anew while the group assigns it here. */
  retire(owned: OwnedPartition): void;
}

const CLAIM_MS = 5000;
const AGAIN_MS = 500;
const UNDER_WAY_MS = 1500;
const LOOK_MS = 20;

export function createOwnership(options: OwnershipOptions): Ownership {
  const { cursors, log, node, clock, logger, onOwned, onLeaving, onLost, record } = options;
  const current = new Map<number, OwnedPartition>();
  const byOrigin = new Map<number, OwnedPartition>();
  const claiming = new Set<number>();
  let wanted: ReadonlySet<number> = new Set();
  let lastOrigin = 0;
  const stop = new AbortController();

  /** Claims a partition until that succeeds or it is wanted no more. */
  async function claim(partition: number): Promise<void> {
    if (claiming.has(partition)) return;
    claiming.add(partition);
    while (wanted.has(partition) && !current.has(partition)) {
      try {
        const claimed = await within(CLAIM_MS, "claiming a partition", cursors.claim(partition, node));
        const readTo = claimed.readTo ?? (await log.earliest(partition));
        if (!wanted.has(partition)) break;
        const one = new OwnedPartition(partition, ++lastOrigin, { ...claimed, readTo });
        current.set(partition, one);
        byOrigin.set(one.origin, one);
        onOwned(one);
      } catch (error) {
        logger.warn({ partition, reason: errorText(error) }, "a partition cannot be claimed yet");
        await sleep(clock, AGAIN_MS, stop.signal);
      }
    }
    claiming.delete(partition);
  }

  function retire(one: OwnedPartition): void {
    if (one.isRetired) return;
    one.isRetired = true;
    if (current.get(one.partition) === one) current.delete(one.partition);
    onLost(one);
    for (const [origin, earlier] of byOrigin) if (earlier.isRetired && earlier.taken === 0) byOrigin.delete(origin);
    if (wanted.has(one.partition)) void claim(one.partition);
  }

  return {
    owned: () => current.values(),
    originOf: (origin) => byOrigin.get(origin),
    assigned(partitions) {
      wanted = partitions;
      for (const partition of partitions) if (!current.has(partition)) void claim(partition);
    },
    async keepOnly(kept) {
      wanted = new Set([...wanted].filter((partition) => kept.has(partition)));
      const leaving = [...current.values()].filter(({ partition }) => !kept.has(partition));
      if (leaving.length === 0) return;
      for (const one of leaving) {
        one.isLeaving = true;
        onLeaving(one);
      }
      const endsAt = clock.elapsed() + UNDER_WAY_MS;
      while (leaving.some(({ taken }) => taken > 0) && clock.elapsed() < endsAt) {
        await sleep(clock, LOOK_MS, stop.signal);
      }
      await record().catch(() => undefined);
      for (const one of leaving) retire(one);
    },
    retire,
  };
}
