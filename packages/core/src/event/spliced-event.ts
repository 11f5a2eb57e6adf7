import type { AcceptedEvent, EventBytes } from "./accepted-event.ts";
import type { ByteEventFields } from "./byte-event.ts";
import { ByteEvent } from "./byte-event.ts";
import { textOf } from "./recent-members.ts";
import type { ByteEdit } from "./byte-edit.ts";

/** Bytes of spliced events, written over and over as those of `sharedBytes`, for the same reasons. */
const RING_BYTES = 8 * 1024 * 1024;
/** Larger events are rare and would evict the others. */
const LARGEST_SPLICED = 64 * 1024;
const FIRST_NOT_ASCII = 0x80;
const OPEN_BRACE = 0x7b;

const ring = Buffer.allocUnsafeSlow(RING_BYTES);
/** Offset of the next event, and the number of laps. */
let next = 0;
let lap = 0;

const place: { bytes: Buffer; start: number; end: number } = { bytes: ring, start: 0, end: 0 };

/**
 * Returns an event of another's identity, with parts of its bytes replaced. `text` is the other's `byteText`; the edits
 * are in order and apart.
 */
export function splicedEvent(original: AcceptedEvent, text: string, edits: readonly ByteEdit[]): AcceptedEvent {
  let most = text.length;
  for (const edit of edits) most += edit.text.length * 3;
  if (most <= LARGEST_SPLICED) return new SplicedEvent(original, text, edits, most);
  const memory = Buffer.from(Buffer.concat(partsOf(text, edits)));
  const own = { memory, start: 0, end: memory.length, bytes: memory.length, notes: undefined, notesAt: 0 };
  const { id, orgId, classUid, severityId, time, acceptedAt, sequence } = original;
  return Object.assign(new ByteEvent({ id, orgId, classUid, severityId, time, acceptedAt, ...own }), { sequence });
}

function partsOf(text: string, edits: readonly ByteEdit[]): readonly Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end, text: replacement } of edits) {
    parts.push(Buffer.from(text.slice(at, start), "latin1"), Buffer.from(replacement, "utf8"));
    at = end;
  }
  return [...parts, Buffer.from(text.slice(at), "latin1")];
}

/** Keeps the edits alone, and writes its bytes again if they were overwritten. */
class SplicedEvent extends ByteEvent {
  readonly #original: AcceptedEvent;
  readonly #edits: readonly ByteEdit[];

  constructor(original: AcceptedEvent, text: string, edits: readonly ByteEdit[], most: number) {
    given.id = original.id;
    given.orgId = original.orgId;
    given.classUid = original.classUid;
    given.severityId = original.severityId;
    given.time = original.time;
    given.acceptedAt = original.acceptedAt;
    given.bytes = most;
    super(given);
    this.sequence = original.sequence;
    this.origin = original.origin;
    this.#original = original;
    this.#edits = edits;
    write(this, text, edits);
  }

  override get json(): string {
    const { start, end } = this.utf8;
    return ring.toString("utf8", start, end);
  }

  override get membersAt(): number {
    const { start } = this.utf8;
    let at = start;
    while (ring[at] !== OPEN_BRACE) at++;
    return at - start + 1;
  }

  override get utf8(): EventBytes {
    if (!isWritten(this)) write(this, textOf(this.#original), this.#edits);
    place.start = this.bytesAt;
    place.end = this.bytesEnd;
    return place;
  }

  override writeJson(into: Buffer, at: number): number {
    const { start, end } = this.utf8;
    return ring.copy(into, at, start, end);
  }
}

/** Whether an event's bytes are intact and stay so when the next event is written. */
function isWritten({ bytesIn, bytesAt }: AcceptedEvent): boolean {
  return bytesIn === lap || (bytesIn >= 0 && bytesIn === lap - 1 && bytesAt >= next + LARGEST_SPLICED);
}

function write(record: AcceptedEvent, text: string, edits: readonly ByteEdit[]): void {
  // An event does not cross the ring's end.
  if (next + LARGEST_SPLICED > RING_BYTES) {
    next = 0;
    lap++;
  }
  record.bytesIn = lap;
  record.bytesAt = next;
  next = splice(text, edits, next);
  record.bytesEnd = next;
}

/** Filled anew for each event: its members are copied. */
const given: { -readonly [Name in keyof ByteEventFields]: ByteEventFields[Name] } = {
  id: "",
  orgId: null,
  classUid: 0,
  severityId: 0,
  time: 0,
  acceptedAt: 0,
  bytes: 0,
  memory: ring,
  start: 0,
  end: 0,
  notes: undefined,
  notesAt: 0,
};

/** Writes a text with its edits into the ring and returns the offset after it. */
function splice(text: string, edits: readonly ByteEdit[], at: number): number {
  let to = at;
  let from = 0;
  // A copy of bytes would leave more to the garbage collector than a part of the text.
  for (const edit of edits) {
    to += ring.write(text.slice(from, edit.start), to, "latin1");
    to = writeShort(edit.text, to);
    from = edit.end;
  }
  return to + ring.write(text.slice(from), to, "latin1");
}

/** Writes a text of a few characters: a native call costs more. */
function writeShort(text: string, at: number): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= FIRST_NOT_ASCII) return at + ring.write(text, at, "utf8");
    ring[at + index] = code;
  }
  return at + text.length;
}
