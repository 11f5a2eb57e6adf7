/** Bytes gathered before they are passed on. */
const MOST_BYTES = 1024 * 1024;
/** Longest time that bytes wait for more, in milliseconds. */
const LONGEST_WAIT_MS = 5;
/** Buffers kept for reuse: new ones would cost a page fault for every four KiB. */
const MOST_KEPT = 4;
const kept: Buffer[] = [];

/**
 * Joins chunks that arrive close together, so that a body is published, appended and synced as one. A joined chunk is
 * valid until the next one is asked for. What was gathered before an error is passed on first.
 */
export async function* gatheredChunks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  let parts: Buffer[] = [];
  let bytes = 0;
  let tooLong: Promise<"too-long"> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let next = nextOf(iterator);

  function begin(): Promise<"too-long"> {
    return new Promise((resolve) => {
      timer = setTimeout(resolve, LONGEST_WAIT_MS, "too-long");
    });
  }

  async function* gathered(): AsyncGenerator<Buffer, undefined> {
    clearTimeout(timer);
    tooLong = undefined;
    const [first] = parts;
    if (first === undefined) return;
    const whole = parts;
    const size = bytes;
    parts = [];
    bytes = 0;
    if (whole.length === 1) {
      yield first;
      return;
    }
    const buffer = size <= MOST_BYTES ? (kept.pop() ?? Buffer.allocUnsafeSlow(MOST_BYTES)) : Buffer.allocUnsafe(size);
    let at = 0;
    for (const part of whole) at += part.copy(buffer, at);
    yield buffer.subarray(0, size);
    if (buffer.length === MOST_BYTES && kept.length < MOST_KEPT) kept.push(buffer);
  }

  try {
    for (;;) {
      tooLong ??= bytes > 0 ? begin() : undefined;
      const result = await (tooLong === undefined ? next : Promise.race([next, tooLong]));
      if (result === "too-long") {
        yield* gathered();
        continue;
      }
      if (result.kind !== "chunk") {
        yield* gathered();
        if (result.kind === "failed") throw result.error;
        return;
      }
      if (bytes + result.chunk.length > MOST_BYTES) yield* gathered();
      parts.push(result.chunk);
      bytes += result.chunk.length;
      next = nextOf(iterator);
    }
  } finally {
    clearTimeout(timer);
    await iterator.return?.();
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
