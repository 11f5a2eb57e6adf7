import type { Encoded, EventRecord } from "@arbitex/core";

/**
 * One line: the event with its time put first, under the name that Sumo Logic takes for the message's time. It would
 * otherwise take the leftmost thing in the text that looks like a date.
 */
export function encode(record: Pick<EventRecord, "time" | "json" | "membersAt">): Encoded {
  // Text may have come in with white space before it. An event is never empty: it has at least its class and its time.
  return [`{"timestamp":${record.time},`, { record, from: record.membersAt }];
}
