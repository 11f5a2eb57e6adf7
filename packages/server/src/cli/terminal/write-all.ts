import type { OutputStream } from "./terminal.ts";

/** Writes the text and waits for a slow reader. */
export function writeAll(stream: OutputStream, text: string): Promise<void> {
  if (text === "" || stream.write(text) || stream.once === undefined) return Promise.resolve();
  return new Promise((resolve) => void stream.once?.("drain", resolve));
}
