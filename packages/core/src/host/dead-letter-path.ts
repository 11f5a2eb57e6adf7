import { readdir } from "node:fs/promises";
import { join } from "node:path";

const DEFAULT_FOLDER = "dead-letters";

/** Where a destination's dead letters go: its own file, the one file of all, or its file in the folder of all. */
export function deadLetterPathOf(
  destination: { readonly id: string; readonly deadLetterPath?: string },
  sharedPath = DEFAULT_FOLDER,
): string {
  if (destination.deadLetterPath !== undefined) return destination.deadLetterPath;
  return sharedPath.endsWith(".jsonl") ? sharedPath : join(sharedPath, `${destination.id}.jsonl`);
}

/** A file set aside when it had grown too large: `splunk_hec.2026-11-25T17-00-00-000Z.jsonl`. */
const ASIDE = /\.\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z\.jsonl$/;

/**
 * Every file that dead letters may be in: those of these destinations, and those in the folder of all, which may be of
 * destinations that are gone. Files set aside are found by the name of the one they came from.
 */
export async function letterPathsOf(
  destinations: Iterable<{ readonly id: string; readonly deadLetterPath?: string }>,
  sharedPath = DEFAULT_FOLDER,
): Promise<readonly string[]> {
  const paths = new Set<string>();
  for (const destination of destinations) paths.add(deadLetterPathOf(destination, sharedPath));
  if (sharedPath.endsWith(".jsonl")) paths.add(sharedPath);
  else {
    for (const name of await namesIn(sharedPath)) {
      if (name.endsWith(".jsonl")) paths.add(join(sharedPath, name.replace(ASIDE, ".jsonl")));
    }
  }
  return [...paths].toSorted();
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    // There is none before the first dead letter.
    return [];
  }
}
