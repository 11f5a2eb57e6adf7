import { fork } from "node:child_process";
import { once } from "node:events";

/** A process with nothing left to do ends at once; a slow machine needs some seconds to import. */
const ENDS_WITHIN_MS = 10_000;

/** As it was before any connector was imported here. */
const ENVIRONMENT = { ...process.env };

export interface Watched {
  /** What it printed, on either stream. */
  readonly output: string;
  /** False where it had to be killed, for it did not end by itself. */
  readonly isEnded: boolean;
}

/** Runs a module in a process of its own until it has nothing left to do, or for too long. */
export async function watchProcess(
  module: string,
  words: readonly string[],
  onMessage: (message: unknown) => void,
): Promise<Watched> {
  const child = fork(module, words, { env: ENVIRONMENT, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  // The channel keeps no process alive that listens to nothing on it.
  child.on("message", onMessage);
  const timer = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MS);
  await once(child, "close");
  clearTimeout(timer);
  return { output, isEnded: child.signalCode === null };
}
