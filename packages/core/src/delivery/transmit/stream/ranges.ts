/** Consecutive numbers, inclusive. */
export type NumberRange = readonly [first: number, last: number];

/** Returns numbers as ranges, in ascending order and without repeats. */
export function rangesOf(numbers: Iterable<number>): readonly NumberRange[] {
  return joinedRanges([...numbers].map((number) => [number, number]));
}

/** Adds a number, which mostly follows the one before. Zeros stand alone. */
export function addNumber(ranges: [number, number][], number: number): void {
  const last = ranges.at(-1);
  if (last !== undefined && last[1] > 0 && number === last[1] + 1) last[1] = number;
  else ranges.push([number, number]);
}

/** Sorts ranges and joins those that touch. */
export function joinedRanges(ranges: Iterable<NumberRange>): readonly NumberRange[] {
  const joined: [number, number][] = [];
  for (const [first, end] of [...ranges].toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && first <= last[1] + 1) last[1] = Math.max(last[1], end);
    else joined.push([first, end]);
  }
  return joined;
}

/** Returns how many numbers are in ranges that do not touch. */
export function countOf(ranges: readonly NumberRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** Writes ranges as a person reads them: `3,7-12`. */
export function rangesText(ranges: readonly NumberRange[]): string {
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(",");
}

/** Parses the text of ranges; undefined if it is none. */
export function parseRanges(text: string): readonly NumberRange[] | undefined {
  if (text === "") return [];
  const ranges: NumberRange[] = [];
  for (const part of text.split(",")) {
    const [, first, last = first] = /^(\d{1,16})(?:-(\d{1,16}))?$/.exec(part) ?? [];
    if (first === undefined || Number(last) < Number(first)) return undefined;
    ranges.push([Number(first), Number(last)]);
  }
  return ranges;
}
