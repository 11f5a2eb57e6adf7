import type { AcceptedEventFields } from "../../../event/accepted-event.ts";
import { AcceptedEvent } from "../../../event/accepted-event.ts";

/** An event as one destination sends it: shaped, and with its number in the stream. */
export abstract class NumberedEvent extends AcceptedEvent {
  /** The event in the queue, which other destinations share. */
  readonly original: AcceptedEvent;
  readonly number: number;

  /** `bytes` is the size of its UTF-8. */
  constructor(original: AcceptedEvent, number: number, bytes: number) {
    given.id = original.id;
    given.orgId = original.orgId;
    given.classUid = original.classUid;
    given.severityId = original.severityId;
    given.time = original.time;
    given.acceptedAt = original.acceptedAt;
    given.bytes = bytes;
    super(given);
    this.sequence = original.sequence;
    this.origin = original.origin;
    this.original = original;
    this.number = number;
  }

  /** It has no text whose memory could be reduced. */
  override compact(): void {}
}

/** Filled anew for each event: its members are copied. */
const given: { -readonly [Name in keyof AcceptedEventFields]: AcceptedEventFields[Name] } = {
  id: "",
  orgId: null,
  classUid: 0,
  severityId: 0,
  time: 0,
  acceptedAt: 0,
  bytes: 0,
  json: "",
};

/** Returns the queue's own record of an event. */
export function originalOf(record: AcceptedEvent): AcceptedEvent {
  return record instanceof NumberedEvent ? record.original : record;
}

export interface Numbered {
  readonly record: NumberedEvent;
  /** In hexadecimal; empty without fingerprints. */
  readonly fingerprint: string;
}
