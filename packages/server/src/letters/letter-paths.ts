import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Deployment } from "@arbitex/core/host";
import { deadLetterPathOf } from "@arbitex/core/host";

/** A file set aside when it had grown too large: `splunk_hec.2026-11-25T17-00-00-000Z.jsonl`. */
const ASIDE = /\.\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z\.jsonl$/;

/**
 * Every file that dead letters of this deployment may be in: those of its destinations, and those in its folder of
 * destinations that are gone. Files set aside are found by the name of the one they came from.
 */
export async function letterPathsOf({ destinations, settings }: Deployment): Promise<readonly string[]> {
  const { deadLetterPath } = settings;
  const paths = new Set(destinations.map((destination) => deadLetterPathOf(destination, deadLetterPath)));
  if (await isFolder(deadLetterPath)) {
    for (const name of await readdir(deadLetterPath)) {
      if (name.endsWith(".jsonl")) paths.add(join(deadLetterPath, name.replace(ASIDE, ".jsonl")));
    }
  } else paths.add(deadLetterPath);
  return [...paths].toSorted();
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
