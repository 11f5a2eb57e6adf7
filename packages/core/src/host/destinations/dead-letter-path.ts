import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { writtenNameOf } from "../../delivery/dead-letters/dead-letter-file-names.ts";
import { ownerNameOf } from "../../delivery/dead-letters/owned-dead-letters.ts";

const DEFAULT_FOLDER = "dead-letters";

/** Where a destination's dead letters go: its own file, the one file of all, or its file in the folder of all. */
export function deadLetterPathOf(
  destination: { readonly id: string; readonly deadLetterPath?: string },
  sharedPath = DEFAULT_FOLDER,
): string {
  if (destination.deadLetterPath !== undefined) return destination.deadLetterPath;
  return sharedPath.endsWith(".jsonl") ? sharedPath : join(sharedPath, `${destination.id}.jsonl`);
}

/**
 * Every file that dead letters may be in: those of these destinations, and those in the folder of all, which may be of
 * destinations that are gone. Files set aside or moved are found by the name of the one they came from.
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

/** Every file in the folder of all, with those of marks; none where all dead letters are in one file. */
export async function deadLetterFilesIn(sharedPath = DEFAULT_FOLDER): Promise<readonly string[]> {
  if (sharedPath.endsWith(".jsonl")) return [];
  const names = await namesIn(sharedPath);
  return names.filter((name) => ownerNameOf(name) !== undefined).map((name) => join(sharedPath, name));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    // There is none before the first dead letter.
    return [];
  }
}
