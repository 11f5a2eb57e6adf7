import type { Encoded, EventRecord } from "@arbitex/core";

/** Fields of an event used by its log entry. */
type Entry = Pick<EventRecord, "json" | "time" | "acceptedAt">;

/**
 * Creates the encoder of a destination: the event's JSON as the raw data of a log entry, under its own time. The
 * entry's collection time must not be before it.
 */
export function createEncoder(namespace: string | undefined): (record: Entry) => Encoded {
  const end = namespace === undefined ? "}" : `,"environmentNamespace":${JSON.stringify(namespace)}}`;
  return ({ json, time, acceptedAt }) => {
    const happened = isWritable(time) ? time : acceptedAt;
    const collected = Math.max(happened, acceptedAt);
    const data = Buffer.from(json).toString("base64");
    return `{"data":"${data}","logEntryTime":"${rfc3339(happened)}","collectionTime":"${rfc3339(collected)}"${end}`;
  };
}

const FIRST_MS = Date.UTC(1970, 0, 1);
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Google's timestamps end with the year 9999. */
function isWritable(ms: number): boolean {
  return ms >= FIRST_MS && ms <= LAST_MS;
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}
