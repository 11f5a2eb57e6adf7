/** Milliseconds since the epoch of an ISO timestamp or a number of seconds or milliseconds; undefined when it is none. */
export function readTime(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) && value > 0 ? toMilliseconds(value) : undefined;
  if (typeof value !== "string" || value === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return toMilliseconds(Number(value));
  // The platform's timestamps are UTC; one without a zone would be read as local time.
  const isZoned = /(?:[zZ]|[+-]\d{2}:?\d{2})$/.test(value);
  const time = Date.parse(isZoned ? value : `${value.replace(" ", "T")}Z`);
  return Number.isNaN(time) ? undefined : time;
}

// Seconds reach this only in the year 5138, milliseconds did so in 1973.
const leastMilliseconds = 100_000_000_000;

function toMilliseconds(value: number): number {
  return Math.round(value < leastMilliseconds ? value * 1000 : value);
}
