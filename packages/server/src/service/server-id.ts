import { randomUUID } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { isUuid } from "../database/uuid.ts";

/** Under which name a server counts in the database, where several do. */
export interface ServerId {
  readonly id: string;
  /** Whether the next process that has its queue counts on under the same name. */
  readonly isLasting: boolean;
}

const NAME = "server-id";

/** Kept beside the queue, for what is queued is a part of what was counted. Call it while the folder is locked. */
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
