import { join } from "node:path";
import { z } from "zod";
import type { Files } from "../../../files/files.ts";
import { isMissing } from "../../../files/error-code.ts";
import type { HeldEvents, HeldScope, Holdings } from "../holdings.ts";
import type { AckState } from "./ack-state.ts";
import type { HeldMeans, HeldPosition, HeldSnapshot } from "./read-held.ts";
import { readHeld } from "./read-held.ts";
import type { Segments } from "./segments.ts";

export interface DiskHoldingsOptions extends HeldMeans {
  readonly folder: string;
  readonly segments: Segments;
  /** Returns what each destination with unsettled events has settled. */
  readonly states: () => ReadonlyMap<string, AckState>;
}

const snapshotSchema = z.object({
  org_id: z.string().nullable(),
  since: z.number(),
  /** Destination, cursor, and ranges after it. */
  states: z.array(z.tuple([z.string(), z.number(), z.array(z.tuple([z.number(), z.number()]))])),
  sizes: z.array(z.number()),
});
const positionSchema = z.object({ file: z.number(), offset: z.number() });

/**
 * What is set aside for a destination, in the folder `starts`: `ID.json` says what was unsettled, `ID.1`, `ID.2` … are
 * the queue's files under a second name, so that they stay when the queue removes them, and `ID.given` says how far they
 * are given. Until `ID.json` is there, `ID.promised` stands for it.
 */
export async function openDiskHoldings(options: DiskHoldingsOptions): Promise<Holdings> {
  const { folder, files, segments, states, turns } = options;
  const starts = join(folder, "starts");
  const pathOf = (destinationId: string, part: string | number) => join(starts, `${destinationId}.${part}`);
  const promised = new Set<string>();
  const complete = new Set<string>();
  await readKnown();

  async function readKnown(): Promise<void> {
    const names = await namesIn(files, starts);
    for (const name of names) {
      if (name.endsWith(".json")) complete.add(ownerOf(name));
      if (name.endsWith(".promised")) promised.add(ownerOf(name));
    }
    // A crash left what belongs to none.
    for (const name of names) {
      const owner = ownerOf(name);
      if (!complete.has(owner) && !promised.has(owner)) await files.remove(join(starts, name));
    }
  }

  async function writeWhole(path: string, value: unknown): Promise<void> {
    await files.remove(`${path}.new`);
    const file = await files.open(`${path}.new`, "create");
    try {
      await file.write(Buffer.from(JSON.stringify(value), "utf8"), 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(`${path}.new`, path);
  }

  async function readWhole(path: string): Promise<unknown> {
    const file = await files.open(path, "read");
    try {
      const bytes = Buffer.alloc(await file.size());
      await file.read(bytes, 0);
      return JSON.parse(bytes.toString("utf8"));
    } finally {
      await file.close();
    }
  }

  async function positionOf(destinationId: string): Promise<HeldPosition> {
    try {
      return positionSchema.parse(await readWhole(pathOf(destinationId, "given")));
    } catch (error) {
      if (isMissing(error)) return { file: 0, offset: 0 };
      throw error;
    }
  }

  async function drop(destinationId: string): Promise<void> {
    const isComplete = complete.delete(destinationId);
    const isPromised = promised.delete(destinationId);
    if (!isComplete && !isPromised) return;
    await files.remove(pathOf(destinationId, "promised"));
    await files.remove(pathOf(destinationId, "json"));
    await files.syncFolder(starts);
    for (const name of await namesIn(files, starts)) {
      if (ownerOf(name) === destinationId) await files.remove(join(starts, name));
    }
  }

  function heldNow(): Pick<HeldSnapshot, "states" | "files"> {
    const held = [...segments.all]
      .filter(({ size, pendingRanges }) => size > 0 && pendingRanges.size > 0)
      .toSorted((one, other) => one.firstSequence - other.firstSequence)
      .map(({ path, size }) => ({ path, size }));
    return { states: states(), files: held };
  }

  async function link(destinationId: string, { orgId, since }: HeldScope, held: ReturnType<typeof heldNow>) {
    for (const [index, { path }] of held.files.entries()) {
      // Left by an attempt that failed.
      await files.remove(pathOf(destinationId, index + 1));
      await files.link(path, pathOf(destinationId, index + 1));
    }
    await writeWhole(pathOf(destinationId, "json"), {
      org_id: orgId,
      since,
      states: [...held.states].map(([id, { cursor, ranges }]) => [id, cursor, ranges]),
      sizes: held.files.map(({ size }) => size),
    });
    await files.syncFolder(starts);
    complete.add(destinationId);
  }

  return {
    isDue: (destinationId) => promised.has(destinationId) || complete.has(destinationId),
    async promise(destinationId) {
      await files.makeFolder(starts);
      await writeWhole(pathOf(destinationId, "promised"), {});
      await files.syncFolder(starts);
      await files.syncFolder(folder);
      promised.add(destinationId);
    },
    async setAside(destinationId, scope) {
      // Before anything is awaited, so that what is settled from now on is still held.
      const held = heldNow();
      if (held.files.length === 0) return drop(destinationId);
      const done = link(destinationId, scope, held);
      segments.keepDuring(done);
      await done;
    },
    async of(destinationId): Promise<HeldEvents | undefined> {
      if (!complete.has(destinationId)) return undefined;
      const found = snapshotSchema.parse(await readWhole(pathOf(destinationId, "json")));
      let reached = await positionOf(destinationId);
      const snapshot = {
        destinationId,
        scope: { orgId: found.org_id, since: found.since },
        states: new Map(found.states.map(([id, cursor, ranges]) => [id, { cursor, ranges }])),
        files: found.sizes.map((size, index) => ({ path: pathOf(destinationId, index + 1), size })),
      };
      return {
        async *batches() {
          for await (const { records, next } of readHeld({ files, turns }, snapshot, reached)) {
            reached = next;
            yield records;
          }
        },
        given: () => writeWhole(pathOf(destinationId, "given"), reached),
      };
    },
    drop,
  };
}

/** Returns the destination that a file of the folder belongs to. */
function ownerOf(name: string): string {
  return name.slice(0, name.lastIndexOf("."));
}

async function namesIn(files: Files, folder: string): Promise<readonly string[]> {
  try {
    return await files.names(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
