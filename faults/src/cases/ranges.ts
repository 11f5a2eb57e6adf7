/** `1-5,7-7`: neighbours are one range, in the order given. */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => `${from}-${to}`).join(",");
}

export function numbersOf(ranges = ""): readonly number[] {
  return ranges.split(",").flatMap((range) => {
    const [from = 0, to = 0] = range.split("-").map(Number);
    return range === "" ? [] : Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
