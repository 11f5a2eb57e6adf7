import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { writtenNameOf } from "../../delivery/dead-letters/dead-letter-file-names.ts";
import { ownerNameOf } from "../../delivery/dead-letters/owned-dead-letters.ts";

const DEFAULT_FOLDER = "dead-letters";

/**
 * Returns the path of a destination's dead letters: its own file, the shared file, or its file in the shared folder.
 */
export function deadLetterPathOf(
  destination: { readonly id: string; readonly deadLetterPath?: string },
  sharedPath = DEFAULT_FOLDER,
): string {
  if (destination.deadLetterPath !== undefined) return destination.deadLetterPath;
  return sharedPath.endsWith(".jsonl") ? sharedPath : join(sharedPath, `${destination.id}.jsonl`);
}

/**
 * Returns every file that may hold dead letters: those of these destinations, and every file in the shared folder,
 * which may belong to removed destinations. Rotated and moved files are found by the name of their origin.
 */
export async function deadLetterPathsOf(
  destinations: Iterable<{ readonly id: string; readonly deadLetterPath?: string }>,
  sharedPath = DEFAULT_FOLDER,
): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (const destination of destinations) paths.add(deadLetterPathOf(destination, sharedPath));
  if (sharedPath.endsWith(".jsonl")) paths.add(sharedPath);
  else {
    for (const name of await namesIn(sharedPath)) {
      const written = writtenNameOf(name);
      if (written !== undefined) paths.add(join(sharedPath, written));
    }
  }
  return [...paths].toSorted();
}

/** Returns every file in the shared folder, including replay marks; none if all dead letters share one file. */
export async function deadLetterFilesIn(sharedPath = DEFAULT_FOLDER): Promise<readonly string[]> {
  if (sharedPath.endsWith(".jsonl")) return [];
  const names = await namesIn(sharedPath);
  return names.filter((name) => ownerNameOf(name) !== undefined).map((name) => join(sharedPath, name));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    // The folder is created by the first dead letter.
    return [];
  }
}
