/** Bytes gathered before they are passed on. */
const MOST_BYTES = 1024 * 1024;
/** Longest time that bytes wait for more, in milliseconds. */
const LONGEST_WAIT_MS = 5;
/** Bytes that all inputs together may hold. Beyond that each passes its chunks on as they come. */
const MOST_HELD_BYTES = 64 * 1024 * 1024;
/** Buffers kept for reuse: new ones cost a page fault for every four KiB. */
const MOST_KEPT = 4;

const kept: Buffer[] = [];
let heldBytes = 0;

/**
 * Joins chunks that arrive close together, so that a body is published, appended and synced as one. A joined chunk is
 * valid until the next one is asked for. What was gathered before an error is passed on first.
 */
export async function* gatheredChunks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  let gathered = createGathered();
  let next = nextOf(iterator);
  try {
    for (;;) {
      const result = await gathered.whichever(next);
      const isFull = result.kind === "chunk" && !gathered.hasSpaceFor(result.chunk);
      if (result.kind !== "chunk" || isFull) {
        if (gathered.bytes > 0) {
          const { whole, release } = gathered.take();
          yield whole;
          release();
          gathered = createGathered();
        }
        if (result.kind === "failed") throw result.error;
        if (result.kind === "end") return;
      }
      if (result.kind === "chunk") {
        gathered.add(result.chunk);
        next = nextOf(iterator);
      }
    }
  } finally {
    gathered.drop();
    // Not awaited: a read from a slow sender may be under way, and the reader wants no more.
    void endOf(iterator);
  }
}

type Next =
  | { readonly kind: "chunk"; readonly chunk: Buffer }
  | { readonly kind: "end" }
  | { readonly kind: "failed"; readonly error: unknown };

/** Never rejects: the promise may be settled long before it is awaited. */
async function nextOf(iterator: AsyncIterator<Buffer>): Promise<Next> {
  try {
    const { done, value } = await iterator.next();
    return done === true ? { kind: "end" } : { kind: "chunk", chunk: value };
  } catch (error) {
    return { kind: "failed", error };
  }
}

async function endOf(iterator: AsyncIterator<Buffer>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // What it would have read is not wanted.
  }
}

const waitedLongEnough = { kind: "waited" } as const;

/** Chunks that wait for more. */
function createGathered() {
  const parts: Buffer[] = [];
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let timeout: Promise<typeof waitedLongEnough> | undefined;

  function drop(): void {
    clearTimeout(timer);
    heldBytes -= bytes;
    bytes = 0;
  }

  return {
    get bytes() {
      return bytes;
    },
    hasSpaceFor: (chunk: Buffer) => bytes + chunk.length <= MOST_BYTES && heldBytes <= MOST_HELD_BYTES,
    add(chunk: Buffer): void {
      parts.push(chunk);
      bytes += chunk.length;
      heldBytes += chunk.length;
      timeout ??= new Promise((resolve) => {
        timer = setTimeout(resolve, LONGEST_WAIT_MS, waitedLongEnough);
      });
    },
    /** Waits for the next chunk, but not too long while others wait. */
    whichever: (next: Promise<Next>): Promise<Next | typeof waitedLongEnough> =>
      timeout === undefined ? next : Promise.race([next, timeout]),
    /** Returns all chunks as one, and a function to call when it is no longer needed. */
    take(): { readonly whole: Buffer; readonly release: () => void } {
      clearTimeout(timer);
      const [first] = parts;
      if (parts.length === 1 && first !== undefined) return { whole: first, release: drop };
      // A single larger chunk stands alone, so that these fit.
      const buffer = kept.pop() ?? Buffer.allocUnsafeSlow(MOST_BYTES);
      let at = 0;
      for (const part of parts) at += part.copy(buffer, at);
      parts.length = 0;
      return {
        whole: buffer.subarray(0, at),
        release() {
          if (kept.length < MOST_KEPT) kept.push(buffer);
          drop();
        },
      };
    },
    drop,
  };
}
