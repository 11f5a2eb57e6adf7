import type { DeadLetters } from "../../delivery/dead-letters/dead-letter.ts";

/** Dead letters by the path of their file. Destinations may share one; it is let go with the last of them. */
export interface SharedDeadLetters {
  /** Who borrows it first says at which size it is set aside. */
  borrow(path: string, rotateBytes?: number): DeadLetters;
  giveBack(path: string): Promise<void>;
}

export function createSharedDeadLetters(open: (path: string, rotateBytes?: number) => DeadLetters): SharedDeadLetters {
  const opened = new Map<string, { readonly deadLetters: DeadLetters; borrowers: number }>();
  return {
    borrow(path, rotateBytes) {
      let shared = opened.get(path);
      if (shared === undefined) {
        shared = { deadLetters: open(path, rotateBytes), borrowers: 0 };
        opened.set(path, shared);
      }
      shared.borrowers++;
      return shared.deadLetters;
    },
    async giveBack(path) {
      const shared = opened.get(path);
      if (shared === undefined || --shared.borrowers > 0) return;
      opened.delete(path);
      await shared.deadLetters.close();
    },
  };
}
