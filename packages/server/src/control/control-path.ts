import { relative, resolve } from "node:path";
import type { HostSettings, QueueSettings } from "../config/deployment.ts";

interface Places {
  readonly controlPath: HostSettings["controlPath"];
  readonly queue: Pick<QueueSettings, "store" | "path">;
}

/**
 * Path of the socket between commands and a running server: the configured one, else `control.sock` in the queue's
 * folder, which one server locks at a time. Undefined for a queue without a folder and without a configured path.
 */
export function controlPathOf(
  { controlPath, queue: { store, path } }: Places,
  workingFolder: string,
): string | undefined {
  if (controlPath !== undefined) return resolve(workingFolder, controlPath);
  return store === "memory" || store === "kafka" ? undefined : resolve(workingFolder, path, "control.sock");
}

/** Message of the server and of commands when there is no socket. */
export const NO_CONTROL_PATH =
  "A server whose queue is in memory or on Kafka has no control socket. Name one with SIEM_CONTROL_PATH, for the server and for this command.";

/** Bytes that every system accepts in a socket's name: macOS allows 103, Linux 107. */
const LONGEST_NAME = 103;

/**
 * The socket's name for the system, relative to the working folder where that is shorter. Undefined when both are too
 * long; Node would truncate the name.
 */
export function socketName(path: string): string | undefined {
  const names = [path, relative(process.cwd(), path)].map((name) => (name.startsWith("..") ? path : name));
  const [shortest = path] = names.toSorted((a, b) => Buffer.byteLength(a) - Buffer.byteLength(b));
  return Buffer.byteLength(shortest) <= LONGEST_NAME ? shortest : undefined;
}
