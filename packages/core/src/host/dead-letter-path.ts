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
