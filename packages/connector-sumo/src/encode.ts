import type { Encoded, EventRecord } from "@arbitex/core";
import { createTimedBytes } from "@arbitex/core";

const timedBytes = createTimedBytes('{"timestamp":', "milliseconds", ",");

/**
 * Encodes an event as one line with its time first, under the name Sumo Logic uses as message time. Otherwise it would
 * use the leftmost text that looks like a date.
 */
export function encode(record: Pick<EventRecord, "time" | "json" | "membersAt">): Encoded {
  // Input may begin with white space. An event is never empty: it has at least a class and a time.
  return [timedBytes(record.time) ?? `{"timestamp":${record.time},`, { record, from: record.membersAt }];
}
