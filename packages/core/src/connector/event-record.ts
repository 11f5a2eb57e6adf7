import type { OcsfEvent } from "../event/accepted-event.ts";

/** One accepted event, as connectors see it. Shared by all destinations and never changed. */
export interface EventRecord {
  /** `metadata.uid`: the same over retries, restarts and replays, so that a receiver can drop a repeat. */
  readonly id: string;
  /** The organisation that the event is of; null for the platform's own. */
  readonly orgId: string | null;
  readonly classUid: number;
  readonly severityId: number;
  /** When it happened, milliseconds since the epoch. */
  readonly time: number;
  /** When the host took it, milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** The event as JSON text, made once. One line: no raw line break is in it. */
  readonly json: string;
  /** Where in `json` the members begin: behind the opening brace. Quicker than a look at the text. */
  readonly membersAt: number;
  /** The event as an object, parsed from `json` at the first call. For encoders that cannot wrap the text. */
  event(): OcsfEvent;
}
