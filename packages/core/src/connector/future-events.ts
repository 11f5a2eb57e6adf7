import type { Encoded } from "./encoded.ts";
import type { EventRecord } from "./event-record.ts";

/** How far ahead of its arrival a SIEM lets an event be dated. */
export interface FutureLimit {
  /** Name of the SIEM whose limit this is. */
  readonly siem: string;
  /** Largest lead of an event's date over its acceptance, in milliseconds. */
  readonly aheadMs: number;
}

/**
 * Wraps `encode` and throws for an event dated further ahead than the SIEM keeps. For a SIEM that answers success and
 * drops such an event: as a dead letter it stays accounted for.
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
