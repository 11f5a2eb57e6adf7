import type { Totals } from "@arbitex/core/host";

/** Positions from the first to the last, both included. */
export type PositionRange = readonly [first: number, last: number];

/** What one destination has settled of one partition. */
export interface Cursor {
  readonly destinationId: string;
  /** Every event before this position is settled, except the `unsettled`. No event from here on is. */
  readonly settledTo: number;
  readonly unsettled: readonly PositionRange[];
  /** Every event before this offset is counted in `queued` or settled. */
  readonly countedTo: number;
  /** Number of counted events that are not settled. */
  readonly queued: number;
  /** What became of the settled ones, under every owner. With those queued they are all that were counted. */
  readonly totals: Totals;
}

/** What a new owner of a partition starts from. */
export interface Claimed {
  /** Ascending with each claim of the partition: an owner with an older epoch records nothing more. */
  readonly epoch: number;
  /** Offset before which every message was counted; undefined for a partition that had no owner yet. */
  readonly readTo: number | undefined;
  readonly cursors: readonly Cursor[];
}

/** What changed in an owned partition since it was recorded last. */
export interface PartitionRecord {
  readonly partition: number;
  readonly epoch: number;
  readonly readTo: number;
  readonly cursors: readonly Cursor[];
}

/** Stores the cursors of one topic, shared by all nodes. */
export interface CursorStore {
  /** Makes this node the owner of a partition and returns what the previous owner recorded. */
  claim(partition: number, node: string): Promise<Claimed>;
  /** Records partitions. Resolves to those that another node has claimed, of which nothing was recorded. */
  record(records: readonly PartitionRecord[]): Promise<readonly number[]>;
  /** Deletes the cursors that a destination which is gone for good has in these partitions. */
  forget(destinationId: string, partitions: readonly number[]): Promise<void>;
}
