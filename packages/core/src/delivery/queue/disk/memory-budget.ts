import type { Run } from "./segment.ts";

/** Something that holds runs in memory and can do without them: they are on the disk too. */
export interface RunHolder {
  evict(): void;
}

export interface MemoryBudget {
  /** How much one holder should keep at most, as things are. */
  share(): number;
  hold(holder: RunHolder, run: Run): void;
  drop(run: Run): void;
  /** So many bytes more, or less, that are nobody else's. */
  keep(holder: RunHolder, bytes: number): void;
  /** The holder has used what it holds, or holds nothing any more. */
  touch(holder: RunHolder): void;
  forget(holder: RunHolder): void;
  /** Lets those go that have made no use of theirs for longest, until all is within the budget. */
  enforce(): void;
  readonly bytes: number;
}

export interface MemoryBudgetOptions {
  /** For all together; runs that several hold count once. */
  readonly totalBytes: number;
  /** For one holder, at most and at least. */
  readonly largestShare: number;
  readonly smallestShare: number;
}

/** Shares a fixed amount of memory among the queues. Destinations that stand still give theirs to those that move. */
export function createMemoryBudget({ totalBytes, largestShare, smallestShare }: MemoryBudgetOptions): MemoryBudget {
  let bytes = 0;
  /** The one that used its runs most recently is last. */
  const holders = new Set<RunHolder>();

  return {
    get bytes() {
      return bytes;
    },
    share() {
      return Math.max(smallestShare, Math.min(largestShare, totalBytes / Math.max(1, holders.size)));
    },
    hold(holder, run) {
      if (!holders.has(holder)) holders.add(holder);
      if (run.holders++ > 0) return;
      bytes += run.bytes;
      run.segment.runs.set(run.offset, run);
    },
    drop(run) {
      if (--run.holders > 0) return;
      bytes -= run.bytes;
      run.segment.runs.delete(run.offset);
    },
    keep(holder, more) {
      if (!holders.has(holder)) holders.add(holder);
      bytes += more;
    },
    touch(holder) {
      if (holders.delete(holder)) holders.add(holder);
    },
    forget(holder) {
      holders.delete(holder);
    },
    enforce() {
      for (const holder of holders) {
        if (bytes <= totalBytes || holders.size <= 1) return;
        holders.delete(holder);
        holder.evict();
      }
    },
  };
}
