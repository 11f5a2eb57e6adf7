import { copyFile, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LetterMove } from "../schedule/schedule.ts";
import { letterFolder, queueFolder } from "../server/environment.ts";

/** Moves every file of dead letters, as a person or a program does that rotates files. */
export async function moveLetters(folder: string, way: LetterMove): Promise<void> {
  const letters = letterFolder(folder);
  const names = (await readdir(letters).catch(() => [])).filter((name) => name.endsWith(".jsonl"));
  for (const path of names.map((name) => join(letters, name))) {
    if (way === "rename") await rename(path, `${path}.1`);
    else {
      await copyFile(path, `${path}.2`);
      await rm(path);
    }
  }
}

/** Moves the queue's folder away; the returned function brings it back. */
export async function moveQueue(folder: string): Promise<() => Promise<void>> {
  const queue = queueFolder(folder);
  await rename(queue, `${queue}.away`);
  return () => rename(`${queue}.away`, queue);
}
