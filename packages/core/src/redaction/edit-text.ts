import type { EventMembers } from "../event/event-members.ts";
import type { ByteEdit } from "../event/byte-edit.ts";
import { KEY_START, NEXT, VALUE_END } from "../event/event-members.ts";

/** Members that are removed from an object. */
export interface Removal {
  /** Offset after the opening brace. */
  readonly start: number;
  /** First entry, and the one after the last. */
  readonly from: number;
  readonly end: number;
  readonly removed: Set<number>;
}

export function isEmptied({ entries }: EventMembers, { from, end, removed }: Removal): boolean {
  for (let entry = from; entry < end; entry = entries[entry + NEXT] ?? end) if (!removed.has(entry)) return false;
  return true;
}

/** Returns the edits that remove members together with the commas between them. */
export function removalEdits({ entries }: EventMembers, { start, from, end, removed }: Removal): readonly ByteEdit[] {
  const edits: ByteEdit[] = [];
  /** End of the last member that stays, while others after it go. */
  let keptEnd: number | undefined;
  let isOpen = false;
  let last = start;
  for (let entry = from; entry < end; entry = entries[entry + NEXT] ?? end) {
    const keyQuote = (entries[entry + KEY_START] ?? 0) - 1;
    if (removed.has(entry)) isOpen = true;
    else {
      if (isOpen) edits.push({ start: keptEnd ?? start, end: keyQuote, text: keptEnd === undefined ? "" : "," });
      isOpen = false;
      keptEnd = entries[entry + VALUE_END];
    }
    last = entries[entry + VALUE_END] ?? last;
  }
  if (isOpen) edits.push({ start: keptEnd ?? start, end: last, text: "" });
  return edits;
}
