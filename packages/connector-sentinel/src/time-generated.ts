const YEAR_1 = Date.parse("0001-01-01T00:00:00.000Z");
const YEAR_9999_END = Date.parse("9999-12-31T23:59:59.999Z");

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/**
 * Creates a function that writes `TimeGenerated` in ISO 8601 from milliseconds since the epoch. Consecutive events
 * mostly share a day, whose date is formatted once: `Date` costs half a microsecond. A time outside Azure's datetime is
 * replaced by `otherwise`.
 */
export function createTimeGenerated(): (time: number, otherwise: number) => string {
  let minute = Number.NaN;
  let day = Number.NaN;
  let upToDay = "";
  let upToMinute = "";
  return (given, otherwise) => {
    const whole = Math.floor(given >= YEAR_1 && given <= YEAR_9999_END ? given : otherwise);
    const ofMinute = Math.floor(whole / MINUTE_MS);
    if (ofMinute !== minute) {
      minute = ofMinute;
      const ofDay = Math.floor(ofMinute / DAY_MINUTES);
      if (ofDay !== day) {
        day = ofDay;
        upToDay = new Date(day * DAY_MINUTES * MINUTE_MS).toISOString().slice(0, 11);
      }
      const left = ofMinute - day * DAY_MINUTES;
      upToMinute = `${upToDay}${twoDigits(Math.floor(left / 60))}:${twoDigits(left % 60)}:`;
    }
    const left = whole - minute * MINUTE_MS;
    const millis = left % 1000;
    return `${upToMinute}${twoDigits((left - millis) / 1000)}.${millis < 10 ? "00" : millis < 100 ? "0" : ""}${millis}Z`;
  };
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
