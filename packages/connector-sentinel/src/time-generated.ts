const YEAR_1 = Date.parse("0001-01-01T00:00:00.000Z");
const YEAR_9999_END = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Writes `TimeGenerated` in ISO 8601 from milliseconds since the epoch. A time outside Azure's datetime is replaced by
 * `otherwise`.
 */
export function timeGenerated(time: number, otherwise: number): string {
  return new Date(Math.floor(time >= YEAR_1 && time <= YEAR_9999_END ? time : otherwise)).toISOString();
}
