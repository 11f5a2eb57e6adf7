import { ByteEvent } from "../byte-event.ts";
import { eventScanner } from "./event-scanner.ts";
import { SCAN_FLAGS, WORD_AT } from "./scan-format.ts";

/** What the host noted of an event's bytes when it read them, for encoders that copy parts of them. */
export interface ScannedEvent {
  /** Whether each top-level member is one of `commonAttributes`. */
  readonly isCommon: boolean;
  /** Whether a top-level member is named `@timestamp`. */
  readonly hasTimestamp: boolean;
  readonly hasActor: boolean;
  readonly hasSource: boolean;
  /** Whether it has `evidences` or `unmapped`, where some events have their actor and source. */
  readonly hasHolder: boolean;
  /**
   * Start and end of `metadata.uid`, `actor.user.uid`, `actor.user.name`, `actor.user.email_addr` and
   * `src_endpoint.ip`, with their quotes, counted from the event's first byte; both 0 for one that is absent or no text.
   */
  readonly texts: Int32Array;
}

/** Numbers that are kept of each event: its flags, the places of its id, and those of four more texts. */
export const NOTES_WORDS = 11;
const ID_AT = 1;
const FLAGS_AT = 0;

/** Reused for each event. */
const scanned = {
  isCommon: false,
  hasTimestamp: false,
  hasActor: false,
  hasSource: false,
  hasHolder: false,
  texts: new Int32Array(NOTES_WORDS - ID_AT),
};

/**
 * Returns what a scan noted of an event, and scans it first if that was not done. Valid until the next event's is read.
 * Undefined for an event that is kept as text or written unusually, and on a host without SIMD.
 */
export function scannedEvent(record: object): ScannedEvent | undefined {
  if (!(record instanceof ByteEvent)) return undefined;
  const flags = record.note(FLAGS_AT) ?? scanLate(record);
  if ((flags & SCAN_FLAGS.vouched) === 0) return undefined;
  scanned.isCommon = (flags & SCAN_FLAGS.hasUnknown) === 0;
  scanned.hasTimestamp = (flags & SCAN_FLAGS.hasTimestamp) !== 0;
  scanned.hasActor = (flags & SCAN_FLAGS.hasActor) !== 0;
  scanned.hasSource = (flags & SCAN_FLAGS.hasSource) !== 0;
  scanned.hasHolder = (flags & SCAN_FLAGS.hasHolder) !== 0;
  for (let index = 0; index < scanned.texts.length; index++) scanned.texts[index] = record.note(ID_AT + index) ?? 0;
  return scanned;
}

/** Deeper than any host accepts. */
const ANY_DEPTH = 1000;

/** Scans an event that was read from a disk or came from another thread. Returns its flags. */
function scanLate(record: ByteEvent): number {
  const { bytes, start, end } = record.utf8;
  const facts = eventScanner()?.scan({ bytes, ranges: [start, end] }, ANY_DEPTH);
  const notes = new Int32Array(NOTES_WORDS);
  if (facts !== undefined) keepNotes(facts.words, facts.wordAt, notes, 0);
  record.keepNotes(notes);
  return notes[FLAGS_AT] ?? 0;
}

/** Copies what is kept of one event from a scan's facts. */
export function keepNotes(words: Int32Array, from: number, into: Int32Array, at: number): void {
  into[at + FLAGS_AT] = words[from + WORD_AT.flags] ?? 0;
  // With its quotes, as the other texts.
  into[at + ID_AT] = (words[from + WORD_AT.uidStart] ?? 0) - 1;
  into[at + ID_AT + 1] = (words[from + WORD_AT.uidEnd] ?? 0) + 1;
  for (let index = 0; index < NOTES_WORDS - ID_AT - 2; index++) {
    into[at + ID_AT + 2 + index] = words[from + WORD_AT.texts + index] ?? 0;
  }
}
