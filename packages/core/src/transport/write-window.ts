/** How much may be under way to a peer that confirms nothing: a lot while it is well, one body at a time after a loss. */
export interface WriteWindow {
  /** Resolves to true when a body of so many bytes may be written, to false when the signal aborts first. In order of calls. */
  enter(bytes: number, signal: AbortSignal): Promise<boolean>;
  /** To be called once for each body that entered. */
  leave(bytes: number, passage: Passage): void;
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

  return {
    enter(bytes, signal) {
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
    },
    leave(bytes, passage) {
      bodies--;
      bytesUnderWay -= bytes;
      if (passage === "lost") limit = 0;
      else if (passage === "proven") limit = Math.min(maxBytes, limit + 2 * bytes);
      admit();
    },
  };
}
