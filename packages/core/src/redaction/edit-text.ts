import type { EventMembers } from "../event/event-members.ts";
import { KEY_START, NEXT, VALUE_END } from "../event/event-members.ts";

/** A part of a text and what replaces it. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Members that are removed from an object. */
export interface Removal {
  /** Offset after the opening brace. */
  readonly start: number;
  /** First entry, and the one after the last. */
  readonly from: number;
  readonly end: number;
  readonly removed: Set<number>;
}

/** Applies edits. One that lies in a part already replaced is left out. */
export function editedText(json: string, edits: TextEdit[]): string {
  edits.sort((one, other) => one.start - other.start || one.end - other.end);
  let text = "";
  let at = 0;
  for (const edit of edits) {
    if (edit.start < at) continue;
    text += json.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + json.slice(at);
}

export function isEmptied({ entries }: EventMembers, { from, end, removed }: Removal): boolean {
  for (let entry = from; entry < end; entry = entries[entry + NEXT] ?? end) if (!removed.has(entry)) return false;
  return true;
}

/** Returns the edits that remove members together with the commas between them. */
export function removalEdits({ entries }: EventMembers, { start, from, end, removed }: Removal): readonly TextEdit[] {
  const edits: TextEdit[] = [];
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
