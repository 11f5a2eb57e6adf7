/** Nothing has come for a destination for an hour, where usually something does. */
export interface Silence {
  /** When the last event came, as exactly as the day's steps tell, in milliseconds since the epoch. */
  readonly since: number;
  /** Median of the hours before. */
  readonly usualPerHour: number;
}

export interface Arrivals {
  /** Events that came, oldest step first; the last step is not over yet. */
  readonly accepted: readonly number[];
  readonly stepSeconds: number;
  /** End of the last step, in milliseconds since the epoch. */
  readonly until: number;
  /** Since when they have been counted, in milliseconds since the epoch. */
  readonly knownSince: number;
}

const HOUR_S = 3600;
/** With fewer hours before, what is usual is not known. */
const LEAST_HOURS = 6;
/** Share of the hours before in which something came. Office hours alone must not raise the alarm each evening. */
const USUAL = 0.9;

/** Judges a day of arrivals. Undefined when nothing is unusual, or too little is known. */
export function silenceOf({ accepted, stepSeconds, until, knownSince }: Arrivals): Silence | undefined {
  const perHour = Math.round(HOUR_S / stepSeconds);
  const complete = accepted.slice(0, -1);
  const quiet = complete.length - 1 - complete.findLastIndex((count) => count > 0);
  if ((accepted.at(-1) ?? 0) > 0 || quiet < perHour) return undefined;
  const begin = until - accepted.length * stepSeconds * 1000;
  const unknown = Math.max(0, Math.ceil((knownSince - begin) / (stepSeconds * 1000)));
  const earlier = complete.slice(unknown, complete.length - quiet);
  const hours = hoursOf(earlier, perHour);
  const busy = hours.filter((count) => count > 0).length;
  if (hours.length < LEAST_HOURS || busy < hours.length * USUAL) return undefined;
  const median = hours.toSorted((a, b) => a - b)[Math.floor(hours.length / 2)] ?? 0;
  return { since: until - (quiet + 1) * stepSeconds * 1000, usualPerHour: median };
}

/** Whole hours, counted from the end. */
function hoursOf(steps: readonly number[], perHour: number): readonly number[] {
  const hours: number[] = [];
  for (let end = steps.length; end >= perHour; end -= perHour) {
    hours.push(steps.slice(end - perHour, end).reduce((sum, count) => sum + count, 0));
  }
  return hours;
}
