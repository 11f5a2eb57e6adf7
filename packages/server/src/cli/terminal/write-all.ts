import type { OutputStream } from "./terminal.ts";

/** Writes, and waits while the reader at the other end is slower. */
export function writeAll(stream: OutputStream, text: string): Promise<void> {
  if (text === "" || stream.write(text) || stream.once === undefined) return Promise.resolve();
  return new Promise((resolve) => void stream.once?.("drain", resolve));
}
