/** A range of an event's bytes and the text that replaces it. */
export interface ByteEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /**
   * Whether all that else is noted of the event is only moved by it: it replaces a text by a text, leaves out a member that
   * is not at the top, or adds to the list of redactions, and `text` is ASCII.
   */
  readonly moves?: boolean;
}

/** Sorts edits, and leaves out those that lie in a part already replaced. */
export function inOrder(edits: ByteEdit[]): readonly ByteEdit[] {
  if (areInOrder(edits)) return edits;
  edits.sort((one, other) => one.start - other.start || one.end - other.end);
  let at = 0;
  return edits.filter(({ start, end }) => {
    if (start < at) return false;
    at = end;
    return true;
  });
}

/** As most are, so that nothing is copied. */
function areInOrder(edits: readonly ByteEdit[]): boolean {
  let at = 0;
  for (const { start, end } of edits) {
    if (start < at) return false;
    at = end;
  }
  return true;
}
