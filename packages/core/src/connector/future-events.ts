import type { Encoded } from "./encoded.ts";
import type { EventRecord } from "./event-record.ts";

export interface FutureLimit {
  /** Whose limit it is. */
  readonly siem: string;
  /** How far ahead of its arrival an event may be dated, in milliseconds. */
  readonly aheadMs: number;
}

/**
 * Encodes with `encode`, but refuses an event that is dated further ahead than its SIEM keeps. For a SIEM that takes such an
 * event, says that all is well and drops it: dead-lettered it is at least accounted for.
 */
export function refuseFutureEvents(
  encode: (record: EventRecord) => Encoded,
  { siem, aheadMs }: FutureLimit,
): (record: EventRecord) => Encoded {
  return (record) => {
    if (record.time - record.acceptedAt > aheadMs) {
      throw new Error(`${siem} drops events dated more than ${aheadMs / 3_600_000} hours ahead without a word`);
    }
    return encode(record);
  };
}
