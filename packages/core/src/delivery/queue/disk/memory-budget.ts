import type { CachedFrame } from "./segment.ts";

/** Holds cached frames and can release them, since they are on disk too. */
export interface FrameHolder {
  evict(): void;
}

export interface MemoryBudget {
  /** Returns the bytes one holder should keep at most now. */
  share(): number;
  hold(holder: FrameHolder, cachedFrame: CachedFrame): void;
  drop(cachedFrame: CachedFrame): void;
  /** Notes a change of a holder's own bytes. */
  keep(holder: FrameHolder, bytes: number): void;
  /** Notes that a holder used its frames or holds none. */
  touch(holder: FrameHolder): void;
  forget(holder: FrameHolder): void;
  /** Releases the frames of the least recently active holders until the budget is met. */
  enforce(): void;
  readonly bytes: number;
}

export interface MemoryBudgetOptions {
  /** Total in bytes; frames with several holders count once. */
  readonly totalBytes: number;
  /** Most and least for one holder. */
  readonly largestShare: number;
  readonly smallestShare: number;
}

/** Shares a fixed amount of memory among queues. Idle destinations yield theirs to active ones. */
export function createMemoryBudget({ totalBytes, largestShare, smallestShare }: MemoryBudgetOptions): MemoryBudget {
  let bytes = 0;
  /** Most recently active last. */
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
