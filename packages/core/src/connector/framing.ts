/**
 * Prefix, separator and suffix around encoded events, as data, so that the size of a body is known before it is sent.
 * ASCII only.
 */
export interface Framing {
  readonly contentType: string;
  readonly prefix?: string;
  readonly separator?: string;
  readonly suffix?: string;
}

/** Newline-delimited JSON: every event ends with a line break. */
export const ndjson: Framing = { contentType: "application/x-ndjson", separator: "\n", suffix: "\n" };

/** A JSON array with the events as elements. */
export const jsonArray: Framing = { contentType: "application/json", prefix: "[", separator: ",", suffix: "]" };

/** Concatenated JSON. The line breaks between events are for readers only. */
export const concatenatedJson: Framing = { contentType: "application/json", separator: "\n" };
