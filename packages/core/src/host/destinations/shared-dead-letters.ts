import type { DeadLetters } from "../../delivery/dead-letters/dead-letter.ts";

/** Open dead letters by file path. Destinations may share a file, which closes with the last of them. */
export interface SharedDeadLetters {
  /** Opens or shares the file at `path`. The first borrower decides its rotation size. */
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
