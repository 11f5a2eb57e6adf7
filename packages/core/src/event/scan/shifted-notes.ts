import type { AcceptedEvent } from "../accepted-event.ts";
import type { ByteEdit } from "../byte-edit.ts";
import { ByteEvent } from "../byte-event.ts";
import { FLAGS_AT, ID_AT, NOTES_WORDS } from "./scanned-event.ts";
import { SCAN_FLAGS } from "./scan-format.ts";

/** Reused for each event. */
const shifted = new Int32Array(NOTES_WORDS);
const QUOTE = '"';

/**
 * Returns what a scan would note of an event after these edits, from what one noted before them, except that an `unmapped`
 * with the list of redactions alone counts as none: no actor or source is in it. Valid until the next call. Undefined if
 * only a scan can tell.
 */
export function shiftedNotes(original: AcceptedEvent, edits: readonly ByteEdit[]): Int32Array | undefined {
  if (!(original instanceof ByteEvent)) return undefined;
  const { notes, notesAt } = original;
  if (notes === undefined) return undefined;
  const flags = (notes[notesAt + FLAGS_AT] ?? 0) & NOTED;
  if ((flags & SCAN_FLAGS.vouched) === 0) return undefined;
  for (const { moves } of edits) if (moves !== true) return undefined;
  shifted[FLAGS_AT] = flags;
  for (let at = ID_AT; at < NOTES_WORDS; at += 2) {
    shift(notes[notesAt + at] ?? 0, notes[notesAt + at + 1] ?? 0, edits, at);
  }
  return shifted;
}

/** The flags of the event, without those of its fields. */
const NOTED = SCAN_FLAGS.hasFieldsElsewhere - 1;

function shift(start: number, end: number, edits: readonly ByteEdit[], at: number): void {
  shifted[at] = 0;
  shifted[at + 1] = 0;
  if (start === 0) return;
  let moved = 0;
  for (const edit of edits) {
    if (edit.start >= end) break;
    const grows = edit.text.length - (edit.end - edit.start);
    if (edit.end > start) {
      // The text itself was replaced by another, or is gone with its member.
      if (edit.start === start && edit.text.startsWith(QUOTE)) {
        shifted[at] = start + moved;
        shifted[at + 1] = end + moved + grows;
      }
      return;
    }
    moved += grows;
  }
  shifted[at] = start + moved;
  shifted[at + 1] = end + moved;
}
