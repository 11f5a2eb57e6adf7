import type { Queue } from "./queue-store.ts";

/** Share of the common capacity used by one organisation's destinations. */
export class OrgShare {
  readonly queues = new Set<Queue>();
  /** Whether its dead letters are at their limit: its queues must not overflow into them. */
  readonly areDeadLettersFull: () => boolean;
  /** Bytes on their way into its queues, not yet counted there. */
  bytesUnderWay = 0;

  constructor(areDeadLettersFull: () => boolean = () => false) {
    this.areDeadLettersFull = areDeadLettersFull;
  }

  get bytes(): number {
    let bytes = this.bytesUnderWay;
    for (const queue of this.queues) bytes += queue.bytes;
    return bytes;
  }
}

/**
 * Returns how many bytes more an organisation may queue. It never uses more than it leaves free: one that floods ends
 * at half of the capacity, two at a third each, and the next finds as much as each of them has.
 */
export function capacityOfOrg({ bytes }: OrgShare, maxBytes: number, free: number): number {
  return Math.min(maxBytes - bytes, Math.floor((free - bytes) / 2));
}

/** Shares of organisations with a queue. */
export interface OrgShares {
  /** Adds a queue to its organisation's share; undefined for a global destination. */
  join(orgId: string | null, queue: Queue): OrgShare | undefined;
  leave(orgId: string | null, queue: Queue): void;
}

export function createOrgShares(areDeadLettersFull: (orgId: string) => boolean): OrgShares {
  const shares = new Map<string, OrgShare>();
  return {
    join(orgId, queue) {
      if (orgId === null) return undefined;
      let share = shares.get(orgId);
      if (share === undefined) {
        share = new OrgShare(() => areDeadLettersFull(orgId));
        shares.set(orgId, share);
      }
      share.queues.add(queue);
      return share;
    },
    leave(orgId, queue) {
      const share = orgId === null ? undefined : shares.get(orgId);
      if (orgId === null || share === undefined) return;
      share.queues.delete(queue);
      if (share.queues.size === 0) shares.delete(orgId);
    },
  };
}
