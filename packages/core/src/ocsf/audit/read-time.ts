import { timeUnitOf, toMilliseconds } from "../time-unit.ts";
import { plainNumber } from "./audit-record-values.ts";

/**
 * Reads a time to milliseconds since the epoch: a number, or text holding one, in seconds, milliseconds, microseconds
 * or nanoseconds; ISO 8601 and PostgreSQL's variants; a date of HTTP or of an access log. Without a zone it is UTC.
 * Undefined for anything else and for times before 1973, since so small a number is not a time.
 */
export function readTime(value: unknown): number | undefined {
  const time = typeof value === "string" ? readText(value.trim()) : readNumber(numberOf(value));
  return time !== undefined && timeUnitOf(time) === "milliseconds" ? time : undefined;
}

/** Reads a number. A caller may pass a Date. */
function numberOf(value: unknown): number | undefined {
  return value instanceof Date ? value.getTime() : plainNumber(value);
}

function readNumber(value: number | undefined): number | undefined {
  const unit = value === undefined ? undefined : timeUnitOf(value);
  return value === undefined || unit === undefined ? undefined : toMilliseconds(value, unit);
}

function readText(text: string): number | undefined {
  if (/^\d+(?:[.,]\d+)?$/.test(text)) return readNumber(Number(text.replace(",", ".")));
  const groups = (iso.exec(text) ?? dayFirst.exec(text) ?? monthFirst.exec(text))?.groups;
  return groups && fromParts(groups);
}

const clock = String.raw`(?<hour>\d{1,2}):?(?<minute>\d{2})(?::?(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?`;
const zone = String.raw`(?:(?:Z|UTC|GMT|UT)|(?<sign>[+-])(?<zoneHour>\d{2})(?::?(?<zoneMinute>\d{2}))?(?:\s*(?:UTC|GMT))?)`;
/**
 * Matches `2026-11-30T09:00:00.123Z`, `2026-11-30 09:00:00,123456+00`, `2026-11-30 09:00 UTC`, `20261130T090000Z`,
 * `2026-11-30`.
 */
const iso = new RegExp(
  String.raw`^(?<year>\d{4})([-/]?)(?<month>\d{2})\2(?<day>\d{2})(?:(?:T|\s+)${clock}(?:\s*${zone})?)?$`,
  "i",
);
/** Matches `Mon, 30 Nov 2026 09:00:00 GMT`, `Monday, 30-Nov-26 09:00:00 GMT`, `30/Nov/2026:09:00:00 +0000`. */
const dayFirst = new RegExp(
  String.raw`^(?:[a-z]{3,9},?\s+)?(?<day>\d{1,2})[-/ ](?<monthName>[a-z]{3,9})[-/ ](?<year>\d{4}|\d{2})[\s:]+${clock}(?:\s*${zone})?$`,
  "i",
);
/** Matches `Mon Nov 30 09:00:00 2026`. */
const monthFirst = new RegExp(
  String.raw`^[a-z]{3,9},?\s+(?<monthName>[a-z]{3,9})\s+(?<day>\d{1,2})\s+${clock}\s+(?:${zone}\s+)?(?<year>\d{4})$`,
  "i",
);

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

function fromParts(parts: Readonly<Record<string, string | undefined>>): number | undefined {
  const number = (name: string) => Number(parts[name] ?? 0);
  const year = parts["year"]?.length === 2 ? 2000 + number("year") : number("year");
  const { monthName } = parts;
  const month = monthName === undefined ? number("month") : monthNames.indexOf(monthName.slice(0, 3).toLowerCase()) + 1;
  const [day, hour, minute, second] = [number("day"), number("hour"), number("minute"), number("second")];
  const midnight = Date.UTC(year, month - 1, day);
  // February 30 would become March 2.
  const isDay = month >= 1 && month <= 12 && day >= 1 && new Date(midnight).getUTCDate() === day;
  // Second 60 is a leap second and hour 24 the end of the day: both start the next unit.
  const isClock = (hour < 24 || (hour === 24 && minute === 0 && second === 0)) && minute < 60 && second <= 60;
  const [zoneHour, zoneMinute] = [number("zoneHour"), number("zoneMinute")];
  if (!isDay || !isClock || zoneHour > 18 || zoneMinute > 59) return undefined;
  const milliseconds = Number((parts["fraction"] ?? "").slice(0, 3).padEnd(3, "0"));
  const offset = (zoneHour * 60 + zoneMinute) * (parts["sign"] === "-" ? -60_000 : 60_000);
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds - offset;
}
