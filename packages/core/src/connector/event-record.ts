import type { OcsfEvent } from "../event/accepted-event.ts";

/** One accepted event, as connectors see it. Shared by all destinations and never changed. */
export interface EventRecord {
  /** `metadata.uid`. It stays the same over retries, restarts and replays, so that a receiver can drop duplicates. */
  readonly id: string;
  /** The organisation the event belongs to; null for the platform's own. */
  readonly orgId: string | null;
  readonly classUid: number;
  readonly severityId: number;
  /** Time of the event, in milliseconds since the epoch. */
  readonly time: number;
  /** Time the host accepted it, in milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** The event as JSON text on one line: it holds no raw line break. */
  readonly json: string;
  /** Index in `json` of the first member, after the opening brace. Quicker than a search. */
  readonly membersAt: number;
  /** Parses `json` at the first call and returns the event. For encoders that cannot wrap the text. */
  event(): OcsfEvent;
}
