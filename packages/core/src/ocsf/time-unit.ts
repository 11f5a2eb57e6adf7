/** Units in which sources write a time as a number of its own since 1970. OCSF's is the millisecond. */
export type TimeUnit = "seconds" | "milliseconds" | "microseconds" | "nanoseconds";

/**
 * The unit that a number of time since 1970 is written in, by its size alone: each unit's window ends in the year 5138 and begins
 * in 1973, that of seconds in 2001, so that no two of them meet. Nanoseconds end where 64 bits do, in 2286. Undefined for what is no time of these centuries in any unit.
 */
export function timeUnitOf(value: number): TimeUnit | undefined {
  if (value < 1e9) return undefined;
  if (value < 1e11) return "seconds";
  if (value < 1e14) return "milliseconds";
  if (value < 1e17) return "microseconds";
  return value < 1e19 ? "nanoseconds" : undefined;
}

/** The unit where it is certainly not the millisecond. */
export function wrongTimeUnitOf(value: number): Exclude<TimeUnit, "milliseconds"> | undefined {
  const unit = timeUnitOf(value);
  return unit === "milliseconds" ? undefined : unit;
}

/** A whole number of milliseconds. What is finer than one is cut off, as a clock does. */
export function toMilliseconds(value: number, unit: TimeUnit): number {
  switch (unit) {
    case "seconds":
      // A fraction of seconds is a binary number a little beside the decimal one.
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
