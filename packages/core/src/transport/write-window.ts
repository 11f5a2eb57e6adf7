/** How much may be under way to a peer that confirms nothing: a lot while it is well, one body at a time after a loss. */
export interface WriteWindow {
  /**
   * Calls `write` once a body of so many bytes may be under way, in order of calls. The body's place is free again when
   * `write` has ended, however it ends. Resolves to undefined, and writes nothing, when the signal aborts first.
   */
  pass<Result extends { readonly passage: Passage }>(
    bytes: number,
    signal: AbortSignal,
    write: () => Promise<Result>,
  ): Promise<Result | undefined>;
}

/** What became of a body: the peer stayed well, the connection broke off, or nothing of it was written. */
export type Passage = "proven" | "lost" | "unwritten";

interface Waiting {
  readonly bytes: number;
  readonly settle: (mayWrite: boolean) => void;
}

/**
 * All that is under way shares the fate of its connection. Where connections break off often, a lot of it would break off
 * every time, and nothing would ever pass; so a loss closes the window, and each body that passes opens it by as much again.
 */
export function createWriteWindow(maxBytes: number): WriteWindow {
  const waiting: Waiting[] = [];
  let limit = maxBytes;
  let bodies = 0;
  let bytesUnderWay = 0;

  function admit(): void {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      // One body always may, whatever its size.
      if (bodies > 0 && bytesUnderWay + next.bytes > limit) return;
      waiting.shift();
      bodies++;
      bytesUnderWay += next.bytes;
      next.settle(true);
    }
  }

  /** Resolves to true when a body may be written, to false when the signal aborts first. */
  function entered(bytes: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const giveUp = () => {
        waiting.splice(waiting.indexOf(entry), 1);
        resolve(false);
        // Whoever came behind may be smaller.
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
      // Whoever throws says nothing about what became of the body.
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
