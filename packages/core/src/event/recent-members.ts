import type { AcceptedEvent } from "./accepted-event.ts";
import type { EventMembers } from "./event-members.ts";
import { byteText, mostEntries, readMembers } from "./event-members.ts";
import { sharedBytes } from "./shared-bytes.ts";

/** Several batches of several destinations that are close to each other. More would only hold memory. */
const KEPT = 1024;
/** Integers for their entries: one memory that is written over and over, as an array of each would be an object. */
const ENTRIES = 1024 * 1024;
/** Of larger events only the last one's members are kept: few are that large. */
const LARGEST_KEPT = 32 * 1024;

interface Kept {
  readonly record: AcceptedEvent;
  readonly members: EventMembers;
  /** The round in which its entries were written. */
  readonly lap: number;
}

const ring: (Kept | undefined)[] = Array.from({ length: KEPT });
let next = 0;
let entries: Int32Array | undefined;
let nextEntry = 0;
let lap = 0;
let lastLarge: { readonly record: AcceptedEvent; readonly members: EventMembers } | undefined;

/**
 * Returns where the members of an event stand in its text. Read once for all destinations of this thread. Valid until
 * the next event's are read.
 */
export function membersOf(record: AcceptedEvent): EventMembers {
  const kept = ring[record.membersIn];
  if (kept?.record === record && isThere(kept)) return kept.members;
  if (lastLarge?.record === record) return lastLarge.members;
  const text = textOf(record);
  if (text.length > LARGEST_KEPT) {
    lastLarge = { record, members: readMembers(text) };
    return lastLarge.members;
  }
  entries ??= new Int32Array(ENTRIES);
  if (nextEntry + mostEntries(text) > ENTRIES) {
    nextEntry = 0;
    lap++;
  }
  const members = readMembers(text, entries, nextEntry);
  nextEntry = members.end;
  record.membersIn = next;
  ring[next] = { record, members, lap };
  next = (next + 1) % KEPT;
  return members;
}

/** Returns an event's UTF-8, one character a byte. */
function textOf(record: AcceptedEvent): string {
  const shared = sharedBytes(record);
  return shared === undefined ? byteText(record.json) : shared.bytes.toString("latin1", shared.start, shared.end);
}

/** Whether its entries were not overwritten. */
function isThere({ lap: own, members }: Kept): boolean {
  return own === lap || (own === lap - 1 && members.start >= nextEntry);
}
