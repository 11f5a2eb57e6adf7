/**
 * Limits the bytes under way to a peer that confirms nothing: many while connections last, one body at a time after a
 * loss.
 */
export interface WriteWindow {
  /**
   * Calls `write` once a body of this size may be under way, in the order of calls. Its share is free again when
   * `write` settles. Resolves to undefined, without writing, if the signal aborts first.
   */
  pass<Result extends { readonly passage: Passage }>(
    bytes: number,
    signal: AbortSignal,
    write: () => Promise<Result>,
  ): Promise<Result | undefined>;
}

/** Outcome of a body: the connection stayed up, broke off, or nothing was written. */
export type Passage = "proven" | "lost" | "unwritten";

interface Waiting {
  readonly bytes: number;
  readonly settle: (mayWrite: boolean) => void;
}

/**
 * Creates a write window. All bodies under way are lost with their connection. If connections break off often, a large
 * window would never pass; so a loss closes the window, and each body that passes widens it by its size.
 */
export function createWriteWindow(maxBytes: number): WriteWindow {
  const waiting: Waiting[] = [];
  let limit = maxBytes;
  let bodies = 0;
  let bytesUnderWay = 0;

  function admit(): void {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      // One body always passes, whatever its size.
      if (bodies > 0 && bytesUnderWay + next.bytes > limit) return;
      waiting.shift();
      bodies++;
      bytesUnderWay += next.bytes;
      next.settle(true);
    }
  }

  /** Resolves to true when a body may be written, to false if the signal aborts first. */
  function entered(bytes: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const giveUp = () => {
        waiting.splice(waiting.indexOf(entry), 1);
        resolve(false);
        // The next body may be smaller.
        admit();
      };
      const entry: Waiting = {
        bytes,
        settle(mayWrite) {
          signal.removeEventListener("abort", giveUp);
          resolve(mayWrite);
        },
      };
      signal.addEventListener("abort", giveUp, { once: true });
      waiting.push(entry);
      admit();
    });
  }

  function leave(bytes: number, passage: Passage): void {
    bodies--;
    bytesUnderWay -= bytes;
    if (passage === "lost") limit = 0;
    else if (passage === "proven") limit = Math.min(maxBytes, limit + 2 * bytes);
    admit();
  }

  return {
    async pass(bytes, signal, write) {
      if (!(await entered(bytes, signal))) return undefined;
      // A throw does not tell what became of the body.
      let passage: Passage = "lost";
      try {
        const result = await write();
        passage = result.passage;
        return result;
      } finally {
        leave(bytes, passage);
      }
    },
  };
}
