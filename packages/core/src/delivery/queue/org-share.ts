import type { Queue } from "./queue-store.ts";

/** What one organisation's destinations take of the capacity that all share. */
export class OrgShare {
  readonly queues = new Set<Queue>();
  /** It may have no more dead letters: its destinations' own bounds would lead to some. */
  readonly areDeadLettersFull: () => boolean;
  /** On its way into them, and in no queue's account yet. */
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
 * How much more an organisation may queue. It never has more in all than it leaves free: one that floods ends at half of
 * the capacity, two at a third each, and the next one finds as much as each of them has.
 */
export function capacityOfOrg({ bytes }: OrgShare, maxBytes: number, free: number): number {
  return Math.min(maxBytes - bytes, Math.floor((free - bytes) / 2));
}

/** The share of each organisation that has a queue. */
export interface OrgShares {
  /** Undefined for a global destination. */
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
