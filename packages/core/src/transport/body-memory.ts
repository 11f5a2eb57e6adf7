/**
 * Which memory connections may still read. A socket refers to what it was handed until it has written all of it, which may
 * be long after an answer has come: a server may answer before it has read. Memory that was used again by then would reach
 * that server with somebody else's events in it.
 */
const unwritten = new WeakMap<ArrayBufferLike, number>();

/**
 * A connection is handed these bytes, or will be. Call what this returns once it has taken all of them, or when it never got
 * any, and only then: what a connection kept to its end is never used again.
 */
export function handToConnection({ buffer }: Buffer): () => void {
  unwritten.set(buffer, (unwritten.get(buffer) ?? 0) + 1);
  return () => void unwritten.set(buffer, (unwritten.get(buffer) ?? 1) - 1);
}

/**
 * Takes memory back from the transport: true when it was handed to connections, and each of them has taken all. False also
 * for memory of which the transport knows nothing: whoever sent it otherwise may still refer to it.
 */
export function takeBack({ buffer }: Buffer): boolean {
  if (unwritten.get(buffer) !== 0) return false;
  unwritten.delete(buffer);
  return true;
}
