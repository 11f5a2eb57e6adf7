/** The places of values that have none beside them: a line does not show these, so each is drawn as a point. */
export function lonePoints(values: readonly (number | null)[]): number[] {
  const isKnown = (at: number) => typeof values[at] === "number";
  return [...values.keys()].filter((at) => isKnown(at) && !isKnown(at - 1) && !isKnown(at + 1));
}
