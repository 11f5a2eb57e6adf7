import { fork } from "node:child_process";
import { once } from "node:events";
import { comesTrue } from "../conformance/comes-true.ts";

/** A process without open handles ends at once; the import of a large module takes a slow machine some seconds. */
export const ENDS_WITHIN_MS = 10_000;
/** Far above the start of Node and of the packages beside the module on a busy machine. */
const STARTS_WITHIN_MS = 60_000;

/** Copied before any connector is imported here. */
const ENVIRONMENT = { ...process.env };

export interface Watched {
  /** Its output on both streams. */
  readonly output: string;
  /** False when it did not end by itself and was killed. */
  readonly isEnded: boolean;
}

/** Runs a module in its own process until that ends, or for at most ten seconds after its last message. */
export async function watchProcess(
  module: string,
  words: readonly string[],
  onMessage: (message: unknown) => void,
): Promise<Watched> {
  const child = fork(module, words, { env: ENVIRONMENT, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  let messages = 0;
  // The channel does not keep a process alive that has no listener on it.
  child.on("message", (message) => {
    messages++;
    onMessage(message);
  });
  const closed = once(child, "close");
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  let heard = 0;
  do {
    heard = messages;
    await comesTrue(() => isOver() || messages > heard, heard === 0 ? STARTS_WITHIN_MS : ENDS_WITHIN_MS);
  } while (!isOver() && messages > heard);
  if (!isOver()) child.kill("SIGKILL");
  await closed;
  return { output, isEnded: child.signalCode === null };
}
