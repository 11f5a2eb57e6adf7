import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { writtenNameOf } from "./dead-letter-file-names.ts";

/** Files on disk with the dead letters and marks of one destination, configured or not. */
export interface OwnedDeadLetters {
  readonly destinationId: string;
  readonly orgId: string;
  readonly bytes: number;
}

/** Finds the owner of dead-letter files. Each file belongs to one destination, whose organisation is looked up once. */
export function createDeadLetterOwners(): (files: readonly string[]) => Promise<readonly OwnedDeadLetters[]> {
  const owners = new Map<string, string | null>();

  async function ownerOf(destinationId: string, files: readonly string[]): Promise<string | null> {
    let owner = owners.get(destinationId);
    for (const file of files) {
      if (owner !== undefined) break;
      owner = await orgOfFirstDeadLetter(file).catch(() => undefined);
      if (owner !== undefined) owners.set(destinationId, owner);
    }
    return owner ?? null;
  }

  return async (files) => {
    const byDestination = new Map<string, string[]>();
    for (const file of files) {
      const id = ownerNameOf(basename(file));
      if (id !== undefined) byDestination.set(id, [...(byDestination.get(id) ?? []), file]);
    }
    const owned: OwnedDeadLetters[] = [];
    for (const [destinationId, all] of byDestination) {
      const orgId = await ownerOf(destinationId, all);
      if (orgId === null) continue;
      let bytes = 0;
      for (const file of all) bytes += await sizeOf(file);
      if (bytes > 0) owned.push({ destinationId, orgId, bytes });
    }
    return owned;
  };
}

/** Returns the destination's id with which the name of a dead-letter or marks file begins. */
export function ownerNameOf(name: string): string | undefined {
  return writtenNameOf(name.replace(/\.replayed$/, ""))?.slice(0, -".jsonl".length);
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    // It was purged meanwhile.
    return 0;
  }
}

const HEAD_BYTES = 8192;

/** Reads the organisation from the first dead letter, in which it precedes the event. Throws if there is none. */
async function orgOfFirstDeadLetter(file: string): Promise<string | null> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const org = /"org_id":(null|"(?:[^"\\]|\\.)*")/.exec(buffer.toString("utf8", 0, bytesRead))?.[1];
    const parsed: unknown = JSON.parse(org ?? "");
    return typeof parsed === "string" ? parsed : null;
  } finally {
    await handle.close();
  }
}
