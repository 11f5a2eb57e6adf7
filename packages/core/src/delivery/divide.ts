import type { Leaving } from "./burial.ts";
import type { EventRecord } from "./event-record.ts";
import type { Packer } from "./packer.ts";
import type { Piece } from "./piece.ts";
import type { Settlement } from "./settle.ts";

/** The events of a settled piece, by what becomes of them. Each is in exactly one place. */
export interface Division {
  readonly delivered: readonly EventRecord[];
  readonly leaving: readonly Leaving[];
  /** Pieces to send again, in order, with their bytes. */
  readonly again: readonly Piece[];
  readonly released: readonly EventRecord[];
}

/** Carries out on a piece's events what `settle` decided by their positions. */
export function divide(piece: Piece, plan: Settlement, packer: Packer): Division {
  const { records } = piece.packed;
  const placed = new Set([
    ...plan.deadLetters.map(({ index }) => index),
    ...plan.again.flatMap(({ indexes }) => indexes),
    ...plan.release,
  ]);
  return {
    delivered: placed.size === records.length ? [] : records.filter((_, index) => !placed.has(index)),
    leaving: plan.deadLetters.map(({ index, stage, reason }) => {
      return { record: recordAt(records, index), stage, reason, history: piece };
    }),
    again: plan.again.map(({ indexes, isRetry }) => {
      const part = indexes.length === records.length ? piece : partOf(piece, indexes, packer);
      return { ...part, retries: piece.retries + (isRetry ? 1 : 0) };
    }),
    released: plan.release.map((index) => recordAt(records, index)),
  };
}

function partOf(piece: Piece, indexes: readonly number[], packer: Packer): Piece {
  return { ...piece, packed: packer.repack(piece.packed, indexes), compressed: undefined };
}

function recordAt(records: readonly EventRecord[], index: number): EventRecord {
  const record = records[index];
  if (record === undefined) throw new RangeError(`no event at ${index} of ${records.length}`);
  return record;
}
