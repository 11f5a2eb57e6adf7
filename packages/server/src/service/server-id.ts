import { randomUUID } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { isUuid } from "../database/uuid.ts";

/** Names this server's counts in the database, where several servers may count. */
export interface ServerId {
  readonly id: string;
  /** Whether the next process with the same queue has the same name. */
  readonly isLasting: boolean;
}

/** Servers that share a queue count together: each knows the counts of all. */
export const allServers: ServerId = { id: "kafka", isLasting: true };

const NAME = "server-id";

/**
 * Reads or creates the id beside the queue, because queued events are part of the counts. Call it while the folder is
 * locked.
 */
export async function serverIdOf(queueFolder: string | undefined): Promise<ServerId> {
  if (queueFolder === undefined) return { id: randomUUID(), isLasting: false };
  const path = join(queueFolder, NAME);
  const known = await readFile(path, "utf8").catch(() => "");
  if (isUuid(known.trim())) return { id: known.trim(), isLasting: true };
  const id = randomUUID();
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(`${id}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  return { id, isLasting: true };
}
