import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ExclusiveFolder } from "@arbitex/core";
import { lockFolder, SiemError } from "@arbitex/core";
import type { BundleHeader } from "./bundle-header.ts";

/**
 * The positions of a bundle's events that are settled at a destination, over all imports. They survive kill -9, so a
 * recorded event is never delivered again.
 */
export interface SettledPositions {
  /** Number of settled events. */
  readonly settled: number;
  /** Positions count from 1. */
  has(position: number): boolean;
  /** Records positions in rising order. After it returns, they survive a kill. */
  note(positions: readonly number[]): void;
  /** Makes recorded positions survive a power cut. */
  sync(): void;
  /** Records that the bundle is imported completely. It is refused from now on. */
  finish(): void;
  close(): Promise<void>;
}

export interface PositionsOptions {
  /** Contains one folder per bundle and destination. */
  readonly folder: string;
  readonly bundle: BundleHeader;
  readonly destinationId: string;
}

const FINISHED = "finished";

/** Throws `SIEM_BUNDLE_IMPORTED` for a completely imported bundle, and while another import of it runs. */
export async function openSettledPositions(options: PositionsOptions): Promise<SettledPositions> {
  const folder = join(options.folder, `${options.bundle.id}.${options.destinationId}`);
  const lock = await lockFolder(folder);
  const path = join(folder, "settled");
  try {
    return openFile(path, lock, options);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function openFile(path: string, lock: ExclusiveFolder, { bundle, destinationId }: PositionsOptions): SettledPositions {
  const { ranges, finishedAt } = existsSync(path) ? parse(readFileSync(path, "utf8")) : parse("");
  if (finishedAt !== undefined) {
    const what = `Bundle ${bundle.id} was delivered to "${destinationId}" in whole at ${finishedAt}`;
    throw new SiemError("SIEM_BUNDLE_IMPORTED", `${what}. Nothing was delivered again.`);
  }
  const descriptor = openSync(path, "a", 0o600);
  // A kill may have left an incomplete line.
  writeSync(descriptor, "\n");
  let settled = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return {
    get settled() {
      return settled;
    },
    has: (position) => ranges.some(([first, last]) => position >= first && position <= last),
    note(positions) {
      writeSync(
        descriptor,
        rangesOf(positions)
          .map(([first, last]) => `${first} ${last}.\n`)
          .join(""),
      );
      settled += positions.length;
    },
    sync: () => fdatasyncSync(descriptor),
    finish() {
      writeSync(descriptor, `${FINISHED} ${new Date().toISOString()}.\n`);
      fdatasyncSync(descriptor);
    },
    async close() {
      closeSync(descriptor);
      await lock.release();
    },
  };
}

type Range = [number, number];

/** Skips lines without their full stop: a kill cut them off before they were recorded. */
function parse(text: string): { readonly ranges: readonly Range[]; readonly finishedAt: string | undefined } {
  const noted: Range[] = [];
  let finishedAt: string | undefined;
  for (const line of text.split("\n")) {
    if (!line.endsWith(".")) continue;
    const [first = "", last = ""] = line.slice(0, -1).split(" ");
    if (first === FINISHED) finishedAt = last;
    else noted.push([Number(first), Number(last)]);
  }
  return { ranges: merged(noted), finishedAt };
}

function merged(noted: readonly Range[]): Range[] {
  const ranges: Range[] = [];
  for (const [first, last] of noted.toSorted((a, b) => a[0] - b[0])) {
    const open = ranges.at(-1);
    if (open !== undefined && first <= open[1] + 1) open[1] = Math.max(open[1], last);
    else ranges.push([first, last]);
  }
  return ranges;
}

function rangesOf(positions: readonly number[]): Range[] {
  return merged(positions.map((position) => [position, position]));
}
