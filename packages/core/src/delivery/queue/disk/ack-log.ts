import { join } from "node:path";
import { z } from "zod";
import type { Totals } from "../totals.ts";
import { isNothing } from "../totals.ts";
import type { AckState } from "./ack-state.ts";
import type { KeptStates } from "./kept-states.ts";
import { framed } from "./frame.ts";
import type { Files, OpenFile } from "../../../files/files.ts";
import { scanFrames } from "./scan-frames.ts";

const NAME = "acks";
const NEW_NAME = "acks.new";
const LARGEST_BYTES = 1024 * 1024;

/** Settlements as last recorded. Losing the end causes repeats, never a loss. */
export interface Acks {
  readonly states: ReadonlyMap<string, AckState>;
  /** Totals of settled events, of every destination that was not removed. */
  readonly totals: ReadonlyMap<string, Totals>;
  /** First unused sequence. */
  readonly nextSequence: number;
  /** Whether the file is damaged; unreadable settlements are repeated. */
  readonly isDamaged: boolean;
}

const entrySchema = z.tuple([z.string(), z.number(), z.array(z.tuple([z.number(), z.number()]))]);
const totalsSchema = z.tuple([z.string(), z.number(), z.number(), z.number(), z.number()]);
// Beside the settlements, so that an older release can still read them.
const frameSchema = z.object({
  next: z.number(),
  acks: z.array(entrySchema),
  totals: z.array(totalsSchema).default([]),
});

export async function readAcks(files: Files, folder: string): Promise<Acks> {
  const states = new Map<string, AckState>();
  const totals = new Map<string, Totals>();
  let nextSequence = 1;
  let isDamaged = false;
  if (!(await files.names(folder)).includes(NAME)) return { states, totals, nextSequence, isDamaged };
  const file = await files.open(join(folder, NAME), "read");
  try {
    await scanFrames({
      file,
      from: 0,
      to: await file.size(),
      visit({ buffer, start, end }) {
        const { next, acks, totals: counted } = frameSchema.parse(JSON.parse(buffer.toString("utf8", start, end)));
        nextSequence = Math.max(nextSequence, next);
        for (const [id, cursor, ranges] of acks) states.set(id, { cursor, ranges });
        for (const [id, delivered, filtered, deadLettered, unreadable] of counted) {
          totals.set(id, { delivered, filtered, deadLettered, unreadable });
        }
        return "go-on";
      },
      onBad() {
        isDamaged = true;
      },
    });
  } finally {
    await file.close();
  }
  return { states, totals, nextSequence, isDamaged };
}

/** Settlements of one destination in one frame: a crash keeps both or neither. */
export interface Settlement {
  readonly state: AckState;
  readonly totals: Totals;
}

/** Records settlements: changes at the end of the file, and everything in a new file when it has grown. */
export interface AckLog {
  write(changed: ReadonlyMap<string, Settlement>, nextSequence: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export function createAckLog(files: Files, folder: string, states: KeptStates, totalsBefore: Acks["totals"]): AckLog {
  const totals = new Map(totalsBefore);
  let file: OpenFile | undefined;
  let size = 0;
  let limit = LARGEST_BYTES;

  /** Writes under a temporary name first, so that a complete file exists at every instant. */
  async function writeAnew(nextSequence: number): Promise<void> {
    await close();
    states.dropUnneeded();
    const bytes = frameOf(states.entries(), totals, nextSequence);
    const path = join(folder, NEW_NAME);
    await files.remove(path);
    const fresh = await files.open(path, "create");
    try {
      await fresh.write(bytes, 0);
      await fresh.sync();
      await files.rename(path, join(folder, NAME));
      await files.syncFolder(folder);
    } catch (error) {
      await fresh.close();
      throw error;
    }
    file = fresh;
    size = bytes.length;
    limit = Math.max(LARGEST_BYTES, size * 4);
  }

  async function close(): Promise<void> {
    const open = file;
    file = undefined;
    await open?.close();
  }

  return {
    async write(changed, nextSequence) {
      const changedStates = new Map<string, AckState>();
      const changedTotals = new Map<string, Totals>();
      for (const [id, { state, totals: counted }] of changed) {
        states.set(id, state);
        changedStates.set(id, state);
        changedTotals.set(id, counted);
        if (isNothing(counted)) totals.delete(id);
        else totals.set(id, counted);
      }
      const bytes = frameOf(changedStates, changedTotals, nextSequence);
      if (file === undefined || size + bytes.length > limit) return writeAnew(nextSequence);
      try {
        await file.write(bytes, size);
        size += bytes.length;
      } catch (error) {
        // Part of a frame may be there; the next write begins a new file.
        await close().catch(() => undefined);
        throw error;
      }
    },
    async sync() {
      try {
        await file?.sync();
      } catch (error) {
        await close().catch(() => undefined);
        throw error;
      }
    },
    close,
  };
}

function frameOf(
  states: Iterable<readonly [string, AckState]>,
  counted: ReadonlyMap<string, Totals>,
  nextSequence: number,
): Buffer {
  const acks = [...states].map(([id, { cursor, ranges }]) => [id, cursor, ranges]);
  const totals = [...counted].map(([id, { delivered, filtered, deadLettered, unreadable }]) => {
    return [id, delivered, filtered, deadLettered, unreadable];
  });
  return framed(Buffer.from(JSON.stringify({ next: nextSequence, acks, totals }), "utf8"));
}
