import type { EventBytes } from "../accepted-event.ts";
import { AcceptedEvent } from "../accepted-event.ts";
import { ByteEvent } from "../byte-event.ts";
import type { ScanFacts } from "./event-scanner.ts";
import { eventScanner } from "./event-scanner.ts";
import { fieldCount } from "./field-plan.ts";
import { FACTS_WORDS, PLACE_WORDS, SCAN_FLAGS, WORD_AT } from "./scan-format.ts";

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
export const ID_AT = 1;
export const FLAGS_AT = 0;
/** In the flags: how many fields' places stand behind these numbers. */
const FIELDS_SHIFT = 16;

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
  if (!(record instanceof AcceptedEvent)) return undefined;
  const notes = notesOf(record);
  if (notes === undefined) return undefined;
  const at = record.notesAt;
  const flags = notes[at + FLAGS_AT] ?? 0;
  if ((flags & SCAN_FLAGS.vouched) === 0) return undefined;
  scanned.isCommon = (flags & SCAN_FLAGS.hasUnknown) === 0;
  scanned.hasTimestamp = (flags & SCAN_FLAGS.hasTimestamp) !== 0;
  scanned.hasActor = (flags & SCAN_FLAGS.hasActor) !== 0;
  scanned.hasSource = (flags & SCAN_FLAGS.hasSource) !== 0;
  scanned.hasHolder = (flags & SCAN_FLAGS.hasHolder) !== 0;
  for (let index = 0; index < NOTES_WORDS - ID_AT; index++) scanned.texts[index] = notes[at + ID_AT + index] ?? 0;
  return scanned;
}

/** Returns what a scan noted of an event, from its `notesAt` on, and scans its bytes first if that was not done. */
export function notesOf(record: AcceptedEvent): Int32Array | undefined {
  return record.notes ?? (record instanceof ByteEvent ? scanLate(record) : undefined);
}

/** Where the values of an event's fields stand. Valid until the next event's are read. */
export interface FieldPlaces {
  /** The event's bytes, beside others, and the offset of its first. */
  bytes: Buffer;
  start: number;
  /** Start and end of each slot's value, from the index `at` on, counted from the event's first byte. */
  places: Int32Array;
  at: number;
  flags: number;
}

const found: FieldPlaces = { bytes: Buffer.alloc(0), start: 0, places: new Int32Array(0), at: 0, flags: 0 };

/**
 * Returns where the values stand of all fields that have a slot by now. Undefined for an event of which the scanner
 * cannot tell: kept as text, written unusually, or with a list or a member twice on the way to a field.
 */
export function fieldPlaces(record: object): FieldPlaces | undefined {
  if (!(record instanceof ByteEvent) || !record.keepsNotes) return undefined;
  let notes = record.notes;
  if (notes === undefined || (notes[record.notesAt + FLAGS_AT] ?? 0) >>> FIELDS_SHIFT < fieldCount()) {
    notes = scanLate(record);
  }
  const { notesAt } = record;
  const flags = notes[notesAt + FLAGS_AT] ?? 0;
  if ((flags & (SCAN_FLAGS.vouched | SCAN_FLAGS.hasFieldsElsewhere)) !== SCAN_FLAGS.vouched) return undefined;
  const { bytes, start } = record.utf8;
  found.bytes = bytes;
  found.start = start;
  found.places = notes;
  found.at = notesAt + NOTES_WORDS;
  found.flags = flags;
  return found;
}

/** Deeper than any host accepts. */
const ANY_DEPTH = 1000;

/** Scans an event that was read from a disk, came from another thread, or was scanned for fewer fields. */
function scanLate(record: ByteEvent): Int32Array {
  const notes = scannedNotes(record.utf8);
  record.keepNotes(notes);
  return notes;
}

/** Scans the bytes of one event. */
export function scannedNotes({ bytes, start, end }: EventBytes): Int32Array {
  const facts = eventScanner()?.scan({ bytes, ranges: [start, end] }, ANY_DEPTH);
  const notes = new Int32Array(facts === undefined ? NOTES_WORDS : notesWords(facts));
  if (facts === undefined) notes[FLAGS_AT] = fieldCount() << FIELDS_SHIFT;
  else keepNotes(facts, 0, notes, 0);
  return notes;
}

/** Returns how many numbers are kept of each event. */
export function notesWords({ fields }: ScanFacts): number {
  return NOTES_WORDS + fields * PLACE_WORDS;
}

/** Copies what is kept of one event from a scan's facts. */
export function keepNotes(
  { words, wordAt, fields, placeAt }: ScanFacts,
  index: number,
  into: Int32Array,
  at: number,
): void {
  const from = wordAt + index * FACTS_WORDS;
  into[at + FLAGS_AT] = (words[from + WORD_AT.flags] ?? 0) | (fields << FIELDS_SHIFT);
  // With its quotes, as the other texts.
  into[at + ID_AT] = (words[from + WORD_AT.uidStart] ?? 0) - 1;
  into[at + ID_AT + 1] = (words[from + WORD_AT.uidEnd] ?? 0) + 1;
  for (let word = 0; word < NOTES_WORDS - ID_AT - 2; word++) {
    into[at + ID_AT + 2 + word] = words[from + WORD_AT.texts + word] ?? 0;
  }
  const count = fields * PLACE_WORDS;
  const places = placeAt + index * count;
  for (let word = 0; word < count; word++) into[at + NOTES_WORDS + word] = words[places + word] ?? 0;
}
