import type { AcceptedEvent } from "./accepted-event.ts";
import type { EventMembers } from "./event-members.ts";
import { readMembers } from "./event-members.ts";

/** Several batches of several destinations that are close to each other. More would only hold memory. */
const KEPT = 1024;
/** Members of a larger event are read again each time: few are that large, and a ring of them would be too. */
const LARGEST_KEPT = 32 * 1024;

interface Kept {
  readonly record: AcceptedEvent;
  readonly members: EventMembers;
}

const ring: (Kept | undefined)[] = Array.from({ length: KEPT });
let next = 0;

/** Returns where the members of an event stand in its text. Read once for all destinations of this thread. */
export function membersOf(record: AcceptedEvent): EventMembers {
  const kept = ring[record.membersIn];
  if (kept?.record === record) return kept.members;
  const members = readMembers(record.json);
  if (members.json.length > LARGEST_KEPT) return members;
  record.membersIn = next;
  ring[next] = { record, members };
  next = (next + 1) % KEPT;
  return members;
}
