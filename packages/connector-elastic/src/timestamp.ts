const YEAR_0 = Date.parse("0000-01-01T00:00:00.000Z");
const YEAR_9999_END = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Writes `@timestamp` as JSON text from milliseconds since the epoch. As text, since an index without the template would
 * map a number as a number. Elasticsearch reads only four-digit years as text, but any number of milliseconds.
 */
export function timestampOf(time: number): string {
  const isText = time >= YEAR_0 && time <= YEAR_9999_END;
  return JSON.stringify(isText ? new Date(Math.floor(time)) : time);
}
