import type { CachedFrame } from "./segment.ts";

/** Holds cached frames, and can give them up: they are on the disk too. */
export interface FrameHolder {
  evict(): void;
}

export interface MemoryBudget {
  /** How much one holder should keep at most, as things are. */
  share(): number;
  hold(holder: FrameHolder, cachedFrame: CachedFrame): void;
  drop(cachedFrame: CachedFrame): void;
  /** The holder has so many bytes of its own more, or fewer. */
  keep(holder: FrameHolder, bytes: number): void;
  /** The holder has used what it holds, or holds nothing any more. */
  touch(holder: FrameHolder): void;
  forget(holder: FrameHolder): void;
  /** Lets those go that have made no use of theirs for longest, until all is within the budget. */
  enforce(): void;
  readonly bytes: number;
}

export interface MemoryBudgetOptions {
  /** For all together; cached frames that several hold count once. */
  readonly totalBytes: number;
  /** For one holder, at most and at least. */
  readonly largestShare: number;
  readonly smallestShare: number;
}

/** Shares a fixed amount of memory among the queues. Destinations that stand still give theirs to those that move. */
export function createMemoryBudget({ totalBytes, largestShare, smallestShare }: MemoryBudgetOptions): MemoryBudget {
  let bytes = 0;
  /** The one that used its cached frames most recently is last. */
  const holders = new Set<FrameHolder>();

  return {
    get bytes() {
      return bytes;
    },
    share() {
      return Math.max(smallestShare, Math.min(largestShare, totalBytes / Math.max(1, holders.size)));
    },
    hold(holder, cachedFrame) {
      if (!holders.has(holder)) holders.add(holder);
      if (cachedFrame.holders++ > 0) return;
      bytes += cachedFrame.bytes;
      cachedFrame.segment.cachedFrames.set(cachedFrame.offset, cachedFrame);
    },
    drop(cachedFrame) {
      if (--cachedFrame.holders > 0) return;
      bytes -= cachedFrame.bytes;
      cachedFrame.segment.cachedFrames.delete(cachedFrame.offset);
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
