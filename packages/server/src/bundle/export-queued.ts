import { existsSync } from "node:fs";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { HandedOver } from "@arbitex/core/host";
import { messageOf } from "../message-of.ts";
import { UsageError } from "../usage-error.ts";
import { invalidBundle } from "./bundle-error.ts";
import { isHeaderBeginning, LONGEST_HEADER } from "./bundle-header.ts";
import { createEventTags } from "./event-tags.ts";
import type { QueuedEvent, QueuedEvents } from "./queued-events.ts";
import type { ResumedBundle } from "./resume-bundle.ts";
import { resumeBundle } from "./resume-bundle.ts";
import type { BundleAbout, BundleWriter, ExportKeys } from "./write-bundle.ts";
import { createBundle, createBundleWriter } from "./write-bundle.ts";

export interface ExportOptions {
  /** The bundle's final name. */
  readonly path: string;
  /** Whether to finish an interrupted bundle of this name. */
  readonly isResumed: boolean;
  readonly about: BundleAbout;
  readonly keys: ExportKeys;
  readonly openQueue: () => Promise<QueuedEvents>;
  readonly signal: AbortSignal;
  readonly onProgress: (events: number) => void;
}

export interface ExportAccount extends HandedOver {
  /** Undefined when there was nothing to export and no file was written. */
  readonly bundle: (Pick<BundleWriter, "events" | "frames" | "bytes"> & { readonly id: string }) | undefined;
  /** How many of `delivered` an interrupted export had already written to the bundle. */
  readonly resumed: number;
  readonly firstAcceptedAt: number | undefined;
  readonly lastAcceptedAt: number | undefined;
  /** Whether a signal left the bundle unfinished. */
  readonly isInterrupted: boolean;
}

export function partialOf(path: string): string {
  return `${path}.partial`;
}

/**
 * Moves a destination's queued events into a bundle. An event leaves the queue once its frame is synced, so at any
 * instant it is in the queue, in the bundle, or after a kill in both; `isResumed` then recognises it.
 */
export async function exportQueued(options: ExportOptions): Promise<ExportAccount> {
  const { path, about, keys, openQueue, signal, onProgress } = options;
  const found = await foundBundle(options);
  const heads = found?.heads ?? [];
  let state = found?.state;
  let writer = state === undefined ? undefined : createBundleWriter(state, keys);
  const tags = state === undefined ? undefined : createEventTags(state.header.id, keys.sign);
  const isKnown = (record: QueuedEvent) => tags?.isIn(heads, record) === true;
  let last = heads.at(-1)?.last_sequence ?? -1;
  let firstAcceptedAt = heads[0]?.first_accepted_at;
  let lastAcceptedAt = heads.at(-1)?.last_accepted_at;
  let resumed = 0;

  async function handOver(records: readonly QueuedEvent[]): Promise<void> {
    const fresh = heads.length === 0 ? records : records.filter((record) => !isKnown(record));
    const [first] = fresh;
    resumed += records.length - fresh.length;
    if (first === undefined) return;
    if (first.sequence <= last) throw backwards(partialOf(path));
    await written(path, writer?.events ?? 0, async () => {
      state ??= await createBundle(partialOf(path), about, keys);
      writer ??= createBundleWriter(state, keys);
      await writer.append(fresh);
    });
    last = fresh.at(-1)?.sequence ?? last;
    firstAcceptedAt ??= first.acceptedAt;
    lastAcceptedAt = fresh.at(-1)?.acceptedAt;
    onProgress(writer?.events ?? 0);
  }

  let isInterrupted = false;
  try {
    const queue = await openQueue();
    let handedOver: HandedOver;
    try {
      // What came after a bundle that is whole already waits for the next.
      handedOver = await queue.handOver({ isKnown, takesMore: found?.isWhole !== true, handOver, signal });
      isInterrupted = signal.aborted;
      if (found?.isWhole !== true && !isInterrupted) {
        await written(path, writer?.events ?? 0, async () => writer?.finish());
      }
    } finally {
      // Only once the settlements are synced may the bundle get its name.
      await queue.close();
    }
    const bundle =
      state === undefined || writer === undefined
        ? undefined
        : { id: state.header.id, events: writer.events, bytes: writer.bytes, frames: writer.frames };
    if (bundle !== undefined && !isInterrupted) await nameFinally(path);
    return { ...handedOver, bundle, resumed, firstAcceptedAt, lastAcceptedAt, isInterrupted };
  } finally {
    await state?.file.close();
  }
}

async function foundBundle({ path, isResumed, about, keys }: ExportOptions): Promise<ResumedBundle | undefined> {
  if (existsSync(path)) throw new UsageError(`${path} is there already: give --to another name.`);
  const partial = partialOf(path);
  if (!existsSync(partial)) return undefined;
  if (await isWithoutHeader(partial)) {
    await rm(partial);
    return undefined;
  }
  if (isResumed) return resumeBundle(partial, about, keys);
  throw new UsageError(`${partial} is of an export that was interrupted: finish it with --resume.`);
}

/** Whether an export was killed before it wrote anything. */
async function isWithoutHeader(partial: string): Promise<boolean> {
  const { size } = await stat(partial);
  return size < LONGEST_HEADER && isHeaderBeginning(await readFile(partial));
}

async function written(path: string, events: number, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const rest = `${events} events are in ${partialOf(path)} and out of the queue, all others are queued`;
    const fix = "Make room, or correct the folder, and run the same command again with --resume";
    throw new UsageError(`The bundle cannot be written: ${messageOf(error)}. ${rest}. ${fix}.`, { cause: error });
  }
}

async function nameFinally(path: string): Promise<void> {
  await rename(partialOf(path), path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function backwards(partial: string): Error {
  const what = "the queue has events from before those that are in it";
  const fix =
    "It was begun from another queue, or with another --since: resume it with those, or give --to another name.";
  return invalidBundle(partial, what, fix);
}
