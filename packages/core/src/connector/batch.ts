import type { EventRecord } from "./event-record.ts";

/** Events that travel together, and their bytes. */
export interface Batch {
  /** In the order in which they stand in the body; a verdict's indexes refer to it. */
  readonly records: readonly EventRecord[];
  /** The framed body as it goes on the wire. Owned by the framework: never kept after `send` has settled, never changed. */
  readonly body: Buffer;
  readonly contentType: string;
  /** Set when `body` is compressed. */
  readonly contentEncoding?: "gzip";
  /** 1 for the first time that these events are sent. */
  readonly attempt: number;
}
