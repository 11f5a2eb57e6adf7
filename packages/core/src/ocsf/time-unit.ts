/** Units in which sources write a time since the epoch. OCSF's is the millisecond. */
export type TimeUnit = "seconds" | "milliseconds" | "microseconds" | "nanoseconds";

/**
 * Returns the unit of a time since the epoch by its size: each unit's window runs from 1973 (seconds: 2001) to 5138, so
 * that no two overlap. Nanoseconds end at 64 bits, in 2286. Undefined outside every window.
 */
export function timeUnitOf(value: number): TimeUnit | undefined {
  if (value < 1e9) return undefined;
  if (value < 1e11) return "seconds";
  if (value < 1e14) return "milliseconds";
  if (value < 1e17) return "microseconds";
  return value < 1e19 ? "nanoseconds" : undefined;
}

/** Returns the unit if it is certainly not the millisecond. */
export function wrongTimeUnitOf(value: number): Exclude<TimeUnit, "milliseconds"> | undefined {
  const unit = timeUnitOf(value);
  return unit === "milliseconds" ? undefined : unit;
}

/** Converts to whole milliseconds. Finer digits are truncated, as by a clock. */
export function toMilliseconds(value: number, unit: TimeUnit): number {
  switch (unit) {
    case "seconds":
      // A binary fraction of seconds differs slightly from the decimal one.
      return Math.round(value * 1000);
    case "milliseconds":
      return Math.floor(value);
    case "microseconds":
      return Math.floor(value / 1000);
    case "nanoseconds":
      return Math.floor(value / 1_000_000);
    default:
      return unit satisfies never;
  }
}
