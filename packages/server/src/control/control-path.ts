import { join, relative, resolve } from "node:path";
import type { HostSettings } from "../config/deployment.ts";

/**
 * The socket through which commands speak to a running server: the one that is named, else `control.sock` in the queue's
 * folder, which one server has at a time. A server whose queue is in memory has none unless one is named.
 */
export function controlPathOf(
  { controlPath, queue }: Pick<HostSettings, "controlPath" | "queue">,
  workingFolder: string,
): string | undefined {
  if (controlPath !== undefined) return resolve(workingFolder, controlPath);
  return queue.store === "memory" ? undefined : resolve(workingFolder, queue.path, "control.sock");
}

/** What a server says, and a command, where there is no socket to speak through. */
export const NO_CONTROL_PATH =
  "A server whose queue is in memory has no control socket. Name one with SIEM_CONTROL_PATH, for the server and for this command.";

/** Bytes that every system takes as a socket's name: macOS has space for 103, Linux for 107. */
const LONGEST_NAME = 103;

/**
 * The socket's name as the system is told it, from the working folder where that is shorter. Undefined where both are too
 * long, which Node would cut off.
 */
export function socketName(path: string): string | undefined {
  const names = [path, relative(process.cwd(), path)].map((name) => (name.startsWith("..") ? path : name));
  const [shortest = path] = names.toSorted((a, b) => Buffer.byteLength(a) - Buffer.byteLength(b));
  return Buffer.byteLength(shortest) <= LONGEST_NAME ? shortest : undefined;
}

/** For a message: the folder that is nearest to a person. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith("..") ? path : join(".", near);
}
