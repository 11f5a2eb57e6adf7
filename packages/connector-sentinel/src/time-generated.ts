const YEAR_1 = Date.parse("0001-01-01T00:00:00.000Z");
const YEAR_9999_END = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Creates a function that writes `TimeGenerated` in ISO 8601 from milliseconds since the epoch. Consecutive events
 * mostly share a second, which is formatted once. A time outside Azure's datetime is replaced by `otherwise`.
 */
export function createTimeGenerated(): (time: number, otherwise: number) => string {
  let second = Number.NaN;
  let upToSecond = "";
  return (given, otherwise) => {
    const time = given >= YEAR_1 && given <= YEAR_9999_END ? given : otherwise;
    const whole = Math.floor(time);
    const millis = ((whole % 1000) + 1000) % 1000;
    const start = whole - millis;
    if (start !== second) {
      second = start;
      upToSecond = new Date(start).toISOString().slice(0, 20);
    }
    return `${upToSecond}${millis < 10 ? "00" : millis < 100 ? "0" : ""}${millis}Z`;
  };
}
