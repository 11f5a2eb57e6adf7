/** How a time is written. */
export type TimeForm =
  /** `1741824000123` */
  | "milliseconds"
  /** `1741824000.123` */
  | "seconds"
  /** `2025-03-13T00:00:00.123Z` */
  | "ISO 8601";

/** From September 2001 to 2286 each form has a fixed length. */
const FROM = 1e12;
const TO = 1e13;
const DAY_MS = 86_400_000;
const DATE_CHARACTERS = "2025-03-13T".length;
const ZERO = 0x30;

/**
 * Creates a function that writes a time between two texts: bytes for an encoder, without a text for each event. Valid until
 * the next call. Undefined for a time before 2001 or after 2286, and for milliseconds with a fraction; the other forms
 * leave a fraction out.
 */
export function createTimedBytes(
  before: string,
  form: TimeForm,
  after: string,
): (time: number) => Uint8Array | undefined {
  const earliest = new Date(FROM).toISOString();
  const bytes = Buffer.from(`${before}${form === "ISO 8601" ? earliest : digitsOf(form)}${after}`);
  const at = Buffer.byteLength(before);
  let lastDay = 0;
  let lastHigh = 0;

  /** Writes digits that end before `end`. */
  function write(value: number, end: number, count: number): void {
    let left = value;
    for (let place = end - 1; place >= end - count; place--) {
      const rest = (left / 10) | 0;
      bytes[place] = ZERO + left - rest * 10;
      left = rest;
    }
  }

  function writeIso(time: number): void {
    const day = Math.floor(time / DAY_MS);
    if (day !== lastDay) {
      lastDay = day;
      bytes.write(new Date(day * DAY_MS).toISOString().slice(0, DATE_CHARACTERS), at, "latin1");
    }
    const ofDay = time - day * DAY_MS;
    const seconds = (ofDay / 1000) | 0;
    const minutes = (seconds / 60) | 0;
    const hours = (minutes / 60) | 0;
    write(hours, at + 13, 2);
    write(minutes - hours * 60, at + 16, 2);
    write(seconds - minutes * 60, at + 19, 2);
    write(ofDay - seconds * 1000, at + 23, 3);
  }

  function writeNumber(time: number): void {
    const seconds = Math.floor(time / 1000);
    if (seconds !== lastHigh) {
      lastHigh = seconds;
      bytes.write(String(seconds), at, "latin1");
    }
    write(time - seconds * 1000, form === "seconds" ? at + 14 : at + 13, 3);
  }

  return (time) => {
    const whole = Math.floor(time);
    if (!(whole >= FROM && whole < TO) || (form === "milliseconds" && whole !== time)) return undefined;
    if (form === "ISO 8601") writeIso(whole);
    else writeNumber(whole);
    return bytes;
  };
}

function digitsOf(form: "milliseconds" | "seconds"): string {
  return form === "seconds" ? "0000000000.000" : "0000000000000";
}
