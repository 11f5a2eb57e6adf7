import type { NumberRange } from "@arbitex/core/host";
import { countOf, HashTree, joinedRanges } from "@arbitex/core/host";
import type { Checkpoint } from "./checkpoint.ts";
import type { NumberTable } from "./number-table.ts";
import type { NamedEvent, StreamEvidence } from "./stream-evidence.ts";

/** What is wrong with a stream in an export. A stream is complete if it is proven and every list is empty. */
export interface StreamVerdict {
  readonly stream: string;
  readonly events: number;
  /** Numbers that the checkpoints prove. Undefined without a checkpoint. */
  readonly proven: NumberRange | undefined;
  readonly isEnded: boolean;
  /** Time of the newest checkpoint, in milliseconds since the epoch. */
  readonly newestCheckpointAt: number | undefined;
  readonly missing: readonly NumberRange[];
  readonly altered: readonly NamedEvent[];
  /** Intervals whose root differs although each event agrees with its own fingerprint: fingerprints are forged. */
  readonly forgedIntervals: readonly NumberRange[];
  readonly forgedCheckpoints: readonly NamedEvent[];
  /** Indexes of checkpoints. */
  readonly missingCheckpoints: readonly NumberRange[];
  /** Events beyond the end of the stream. */
  readonly foreign: readonly NumberRange[];
  /** The export goes on longer than its newest checkpoint tells. */
  readonly isTailMissing: boolean;
  // These are no faults.
  readonly repeated: readonly NamedEvent[];
  readonly deadLettered: readonly NumberRange[];
  readonly underWay: readonly NumberRange[];
  /** Numbers after the newest checkpoint, which the next one proves. */
  readonly unproven: readonly NumberRange[];
  readonly uncheckedIntervals: readonly NumberRange[];
}

/** What is known of an export besides its content. */
export interface Period {
  /** End of the exported period, in milliseconds since the epoch. */
  readonly until?: number | undefined;
  /** Whether the ledger of checkpoints is known. */
  readonly hasLedger?: boolean;
}

/** A checkpoint comes every five minutes. After three are missing, something is. */
const LONGEST_SILENCE_MS = 15 * 60_000;

export function verdictOf(evidence: StreamEvidence, { until, hasLedger = false }: Period): StreamVerdict {
  const { stream, numbers } = evidence;
  const checkpoints = [...evidence.checkpoints.values()].toSorted((a, b) => a.index - b.index);
  const newest = checkpoints.at(-1);
  const [first] = checkpoints;
  const start = first === undefined ? numbers.least : startOf(first, numbers, hasLedger);
  const end = newest === undefined ? numbers.greatest : newest.number;
  const deadLettered = joinedRanges(checkpoints.flatMap((each) => each.deadLettered));
  const underWay = newest?.underWay ?? [];
  const absent = without(numbers.absent(start, end), [...deadLettered, ...underWay]);
  const unnamed = checkpoints.reduce((sum, each) => sum + each.unnamed, 0);
  // As many dead letters as that are not named.
  const missing = countOf(absent) > unnamed ? absent : [];
  const altered = [...evidence.altered, ...evidence.conflicts()];
  const { forged, unchecked } = rootsOf(evidence, checkpoints, new Set(altered.map(({ number }) => number)));
  const isEnded = newest?.isFinal === true;
  return {
    stream,
    events: numbers.size,
    proven: newest === undefined ? undefined : [start, newest.to],
    isEnded,
    newestCheckpointAt: newest?.time,
    missing,
    altered,
    forgedIntervals: forged,
    forgedCheckpoints: [...evidence.forged, ...brokenLinks(checkpoints)],
    missingCheckpoints: missingIndexes(checkpoints),
    foreign: isEnded && numbers.greatest > end ? [[end + 1, numbers.greatest]] : [],
    isTailMissing: until !== undefined && !isEnded && (newest?.time ?? 0) < until - LONGEST_SILENCE_MS,
    repeated: evidence.repeated,
    deadLettered,
    underWay: joinedRanges(underWay),
    unproven: !isEnded && numbers.greatest > end ? [[end + 1, numbers.greatest]] : [],
    uncheckedIntervals: unchecked,
  };
}

/** Whether checkpoints prove the stream, and nothing is missing, altered or foreign. */
export function isComplete(verdict: StreamVerdict): boolean {
  const { proven, missing, altered, forgedIntervals, forgedCheckpoints, missingCheckpoints, foreign, isTailMissing } =
    verdict;
  const faults = [missing, altered, forgedIntervals, forgedCheckpoints, missingCheckpoints, foreign];
  return proven !== undefined && !isTailMissing && faults.every(({ length }) => length === 0);
}

/**
 * Returns the first number that must be there. An export of a period begins within an interval; a stream's first
 * checkpoint proves its beginning.
 */
function startOf({ index, from, number }: Checkpoint, { size, least }: NumberTable, hasLedger: boolean): number {
  if (index === 1) return 1;
  if (hasLedger) return number;
  return size === 0 ? from : Math.max(from, least);
}

/** Compares the roots of intervals that are whole. */
function rootsOf(evidence: StreamEvidence, checkpoints: readonly Checkpoint[], altered: ReadonlySet<number>) {
  const { numbers } = evidence;
  const unsent = new Map(checkpoints.flatMap((each) => [...each.unsent]));
  const forged: NumberRange[] = [];
  const unchecked: NumberRange[] = [];
  // Intervals follow each other. One that does not is not looked through once more for each checkpoint that claims it.
  let next = 0;
  for (const { from, to, root } of checkpoints) {
    if (root === undefined) continue;
    if (from < next) {
      unchecked.push([from, to]);
      continue;
    }
    next = to + 1;
    const tree = new HashTree();
    let isWhole = true;
    for (let number = from; isWhole && number <= to; number++) {
      const fingerprint = numbers.fingerprintOf(number) ?? unsent.get(number);
      isWhole = fingerprint !== undefined && !altered.has(number) && !evidence.isRevised(number);
      if (fingerprint !== undefined) tree.add(fingerprint);
    }
    if (!isWhole) unchecked.push([from, to]);
    else if (tree.root() !== root) forged.push([from, to]);
  }
  return { forged, unchecked };
}

/** Checkpoints that refer to another one before them than the export has. */
function brokenLinks(checkpoints: readonly Checkpoint[]): readonly NamedEvent[] {
  return checkpoints.flatMap(({ index, number, previous }, at) => {
    const before = checkpoints[at - 1];
    const isBroken = before?.index === index - 1 && before.fingerprint !== previous;
    return isBroken ? [{ number, uid: "" }] : [];
  });
}

function missingIndexes(checkpoints: readonly Checkpoint[]): readonly NumberRange[] {
  return checkpoints.flatMap(({ index }, at): NumberRange[] => {
    const before = checkpoints[at - 1]?.index ?? index - 1;
    return index > before + 1 ? [[before + 1, index - 1]] : [];
  });
}

/** Returns ranges, which are in order, without the numbers of others. */
function without(ranges: readonly NumberRange[], others: readonly NumberRange[]): readonly NumberRange[] {
  const left: NumberRange[] = [];
  const taken = joinedRanges(others);
  let at = 0;
  for (const [first, last] of ranges) {
    let next = first;
    for (let other = taken[at]; other !== undefined && other[0] <= last; other = taken[at]) {
      const [from, to] = other;
      if (from > next) left.push([next, from - 1]);
      next = Math.max(next, to + 1);
      // It may go on into the next range.
      if (to > last) break;
      at++;
    }
    if (next <= last) left.push([next, last]);
  }
  return left;
}
