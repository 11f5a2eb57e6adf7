const YEAR_0 = Date.parse("0000-01-01T00:00:00.000Z");
const YEAR_9999_END = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Creates a function that writes `@timestamp` as JSON text from milliseconds since the epoch. As text, since an index
 * without the template would map a number as a number. Consecutive events mostly share a second, which is formatted
 * once.
 */
export function createTimestamps(): (time: number) => string {
  let second = Number.NaN;
  let upToSecond = "";
  return (time) => {
    // Elasticsearch reads only four-digit years as text, but any number of milliseconds.
    if (!(time >= YEAR_0 && time <= YEAR_9999_END)) return JSON.stringify(time);
    const whole = Math.floor(time);
    const millis = ((whole % 1000) + 1000) % 1000;
    const start = whole - millis;
    if (start !== second) {
      second = start;
      upToSecond = `"${new Date(start).toISOString().slice(0, 20)}`;
    }
    return `${upToSecond}${millis < 10 ? "00" : millis < 100 ? "0" : ""}${millis}Z"`;
  };
}
