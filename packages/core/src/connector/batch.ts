import type { EventRecord } from "./event-record.ts";

/** Events that are sent in one attempt, with their encoded body. */
export interface Batch {
  /** The events in the order of the body. The indexes of a verdict refer to it. */
  readonly records: readonly EventRecord[];
  /** The framed body as sent. The framework owns it: do not change it, and do not keep it after `send` has settled. */
  readonly body: Buffer;
  readonly contentType: string;
  /** Set when `body` is compressed. */
  readonly contentEncoding?: "gzip";
  /** Number of the attempt; 1 is the first time these events are sent. */
  readonly attempt: number;
}
