import type { DeadLetters } from "../delivery/dead-letter.ts";

/** Dead letters by the path of their file. Destinations may share one; it is let go with the last of them. */
export interface SharedDeadLetters {
  borrow(path: string): DeadLetters;
  giveBack(path: string): Promise<void>;
}

export function createSharedDeadLetters(open: (path: string) => DeadLetters): SharedDeadLetters {
  const opened = new Map<string, { readonly deadLetters: DeadLetters; borrowers: number }>();
  return {
    borrow(path) {
      let shared = opened.get(path);
      if (shared === undefined) {
        shared = { deadLetters: open(path), borrowers: 0 };
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
