/**
 * Buffers that connections may still read. A socket refers to a buffer until it has written all of it, which may be
 * long after the answer: a server may answer before it has read. If the buffer were reused by then, that server would
 * receive another organisation's events.
 */
const unwritten = new WeakMap<ArrayBufferLike, number>();

/**
 * Marks a buffer as handed to a connection. Call the returned function once the connection has taken every byte, or
 * never received any. A buffer that a connection kept until its end is never reused.
 */
export function handToConnection({ buffer }: Buffer): () => void {
  unwritten.set(buffer, (unwritten.get(buffer) ?? 0) + 1);
  return () => void unwritten.set(buffer, (unwritten.get(buffer) ?? 1) - 1);
}

/**
 * Returns whether a buffer may be reused: true if it was handed to connections and each has taken all of it. False also
 * for a buffer the transport does not know, since another sender may still refer to it.
 */
export function takeBack({ buffer }: Buffer): boolean {
  if (unwritten.get(buffer) !== 0) return false;
  unwritten.delete(buffer);
  return true;
}
