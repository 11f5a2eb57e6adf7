import { fork } from "node:child_process";
import { once } from "node:events";

/** A process without open handles ends at once; importing takes a slow machine some seconds. */
const ENDS_WITHIN_MS = 10_000;

/** Copied before any connector is imported here. */
const ENVIRONMENT = { ...process.env };

export interface Watched {
  /** Its output on both streams. */
  readonly output: string;
  /** False when it did not end by itself and was killed. */
  readonly isEnded: boolean;
}

/** Runs a module in its own process until that ends, or for at most ten seconds. */
export async function watchProcess(
  module: string,
  words: readonly string[],
  onMessage: (message: unknown) => void,
): Promise<Watched> {
  const child = fork(module, words, { env: ENVIRONMENT, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  // The channel does not keep a process alive that has no listener on it.
  child.on("message", onMessage);
  const timer = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MS);
  await once(child, "close");
  clearTimeout(timer);
  return { output, isEnded: child.signalCode === null };
}
