import type { BenchCase } from "../cases.ts";
import type { Measured } from "../measured.ts";

export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly yardstick: string;
  readonly rows: readonly ResultRow[];
}

/** Medians over all rounds. */
export interface ResultRow extends Measured {
  readonly name: string;
  /** Of the CPU, against the yardstick in the same round. */
  readonly ratio: number;
}

export function summarise(
  { name, title, yardstick }: BenchCase,
  measured: ReadonlyMap<string, readonly Measured[]>,
): CaseResult {
  const standard = measured.get(yardstick) ?? [];
  const rows = [...measured].map(([contender, all]) => ({
    name: contender,
    cpuSecondsPerMillion: median(all.map((result) => result.cpuSecondsPerMillion)),
    mainThreadSecondsPerMillion: medianOfKnown(all.map((result) => result.mainThreadSecondsPerMillion)),
    eventsPerSecond: median(all.map((result) => result.eventsPerSecond)),
    peakMegabytes: median(all.map((result) => result.peakMegabytes)),
    ratio: median(
      all.map((result, round) => result.cpuSecondsPerMillion / (standard[round]?.cpuSecondsPerMillion ?? Number.NaN)),
    ),
  }));
  return { name, title, yardstick, rows };
}

function medianOfKnown(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : median(known);
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
