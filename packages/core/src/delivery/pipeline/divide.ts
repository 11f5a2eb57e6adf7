import type { Leaving } from "./burial.ts";
import type { EventRecord } from "../../event/event-record.ts";
import type { AttemptHistory, Piece } from "./piece.ts";
import type { PieceAgain, Settlement } from "./settle.ts";

/** Events that were sent together, and what has been tried with them by now. */
export interface TriedPiece extends Piece {
  readonly history: AttemptHistory;
}

/** The events of a settled piece, by what becomes of them. Each is in exactly one place. */
export interface Division {
  readonly delivered: readonly EventRecord[];
  readonly leaving: readonly Leaving[];
  /** Pieces to send again, in order. */
  readonly again: readonly AgainPiece[];
  readonly released: readonly EventRecord[];
}

export interface AgainPiece extends Pick<PieceAgain, "when" | "doubt"> {
  readonly piece: TriedPiece;
}

/** Carries out on a piece's events what `settle` decided by their positions. */
export function divide(piece: TriedPiece, plan: Settlement): Division {
  const { records, history } = piece;
  const placed = new Set([
    ...plan.deadLetters.map(({ index }) => index),
    ...plan.again.flatMap(({ indexes }) => indexes),
    ...plan.release,
  ]);
  return {
    delivered: placed.size === records.length ? [] : records.filter((_, index) => !placed.has(index)),
    leaving: plan.deadLetters.map(({ index, stage, reason }) => {
      return { record: recordAt(records, index), stage, reason, history };
    }),
    again: plan.again.map(({ indexes, isRetry, isSuspect = piece.isSuspect, when, doubt }) => {
      const retries = piece.retries + (isRetry ? 1 : 0);
      if (indexes.length === records.length) return { piece: { ...piece, retries, isSuspect }, when, doubt };
      // What was known of the whole, and what was made of it, is not known of a part.
      const part = { records: indexes.map((index) => recordAt(records, index)), doubt: undefined, body: undefined };
      return { piece: { ...piece, ...part, retries, isSuspect }, when, doubt };
    }),
    released: plan.release.map((index) => recordAt(records, index)),
  };
}

function recordAt(records: readonly EventRecord[], index: number): EventRecord {
  const record = records[index];
  if (record === undefined) throw new RangeError(`no event at ${index} of ${records.length}`);
  return record;
}
