import { open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DeadLetterMove } from "../schedule/schedule.ts";
import { deadLetterFolder, queueFolder } from "../server/environment.ts";

/** Moves every file of dead letters, as a person or a program does that rotates files. */
export async function moveDeadLetters(folder: string, way: DeadLetterMove): Promise<void> {
  const deadLetters = deadLetterFolder(folder);
  const names = (await readdir(deadLetters).catch(() => [])).filter((name) => name.endsWith(".jsonl"));
  for (const path of names.map((name) => join(deadLetters, name))) {
    if (way === "rename") await rename(path, `${path}.1`);
    else await deleteWithCopy(path);
  }
}

/**
 * Deletes a file and keeps a copy of what it held at that moment. What the server appends later it must notice, and
 * write again.
 */
async function deleteWithCopy(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await rm(path);
    await writeFile(`${path}.2`, await file.readFile());
  } finally {
    await file.close();
  }
}

/** Moves the queue's folder away; the returned function brings it back. */
export async function moveQueue(folder: string): Promise<() => Promise<void>> {
  const queue = queueFolder(folder);
  await rename(queue, `${queue}.away`);
  return () => rename(`${queue}.away`, queue);
}
