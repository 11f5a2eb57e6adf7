/** The glue around encoded events, as data, so that a body's size is known before it is sent. ASCII only. */
export interface Framing {
  readonly contentType: string;
  readonly prefix?: string;
  readonly separator?: string;
  readonly suffix?: string;
}

/** One event a line, the last one ended too. */
export const ndjson: Framing = { contentType: "application/x-ndjson", separator: "\n", suffix: "\n" };

export const jsonArray: Framing = { contentType: "application/json", prefix: "[", separator: ",", suffix: "]" };

/** Events one after the other, a line break between them for the human eye. */
export const concatenatedJson: Framing = { contentType: "application/json", separator: "\n" };
