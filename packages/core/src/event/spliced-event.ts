import type { AcceptedEvent, EventBytes } from "./accepted-event.ts";
import type { ByteEventFields } from "./byte-event.ts";
import { ByteEvent } from "./byte-event.ts";
import type { ByteEdit } from "./byte-edit.ts";
import { shiftedNotes } from "./scan/shifted-notes.ts";
import { sharedBytes } from "./shared-bytes.ts";

/** Bytes of spliced events, written over and over as those of `sharedBytes`, for the same reasons. */
const RING_BYTES = 8 * 1024 * 1024;
/** Larger events are rare and would evict the others. */
const LARGEST_SPLICED = 64 * 1024;
const FIRST_NOT_ASCII = 0x80;
const OPEN_BRACE = 0x7b;
const MOST_LOOPED = 64;

const ring = Buffer.allocUnsafeSlow(RING_BYTES);
/** Offset of the next event, and the number of laps. */
let next = 0;
let lap = 0;

const place: { bytes: Buffer; start: number; end: number } = { bytes: ring, start: 0, end: 0 };

/** Returns an event of another's identity, with parts of its bytes replaced. The edits are in order and apart. */
export function splicedEvent(original: AcceptedEvent, edits: readonly ByteEdit[]): AcceptedEvent {
  const source = bytesOf(original);
  let most = source.end - source.start;
  for (const edit of edits) most += edit.text.length * 3;
  if (most <= LARGEST_SPLICED) return new SplicedEvent(original, source, edits, most);
  const memory = Buffer.concat(partsOf(source, edits));
  const own = { text: memory, bytes: memory.length, notes: undefined, notesAt: 0 };
  const { id, orgId, classUid, severityId, time, acceptedAt, sequence, origin } = original;
  const spliced = new ByteEvent({ id, orgId, classUid, severityId, time, acceptedAt, ...own });
  return Object.assign(spliced, { sequence, origin });
}

function bytesOf(record: AcceptedEvent): EventBytes {
  const shared = sharedBytes(record);
  if (shared !== undefined) return shared;
  const bytes = Buffer.from(record.json);
  return { bytes, start: 0, end: bytes.length };
}

function partsOf({ bytes, start: first, end: last }: EventBytes, edits: readonly ByteEdit[]): readonly Buffer[] {
  const parts: Buffer[] = [];
  let at = first;
  for (const { start, end, text } of edits) {
    parts.push(bytes.subarray(at, first + start), Buffer.from(text));
    at = first + end;
  }
  return [...parts, bytes.subarray(at, last)];
}

/** Keeps the edits alone, and writes its bytes again if they were overwritten. */
class SplicedEvent extends ByteEvent {
  readonly #original: AcceptedEvent;
  readonly #edits: readonly ByteEdit[];

  constructor(original: AcceptedEvent, source: EventBytes, edits: readonly ByteEdit[], most: number) {
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
    write(this, source, edits);
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
    if (!isWritten(this)) write(this, bytesOf(this.#original), this.#edits);
    place.start = this.bytesAt;
    place.end = this.bytesEnd;
    return place;
  }

  /** They are overwritten. */
  override get ownBytes(): undefined {
    return undefined;
  }

  override writeJson(into: Buffer, at: number): number {
    const { start, end } = this.utf8;
    return ring.copy(into, at, start, end);
  }

  /** Those of the event that it was made of, moved by the edits, unless it was scanned itself. */
  override get notes(): Int32Array | undefined {
    return super.notes ?? shiftedNotes(this.#original, this.#edits);
  }

  /** Fields are asked of the event that it was made of. */
  override get keepsNotes(): boolean {
    return false;
  }
}

/** Whether an event's bytes are intact and stay so when the next event is written. */
function isWritten({ bytesIn, bytesAt }: AcceptedEvent): boolean {
  return bytesIn === lap || (bytesIn >= 0 && bytesIn === lap - 1 && bytesAt >= next + LARGEST_SPLICED);
}

function write(record: AcceptedEvent, source: EventBytes, edits: readonly ByteEdit[]): void {
  // An event does not cross the ring's end.
  if (next + LARGEST_SPLICED > RING_BYTES) {
    next = 0;
    lap++;
  }
  record.bytesIn = lap;
  record.bytesAt = next;
  next = splice(source, edits, next);
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
  text: ring,
  notes: undefined,
  notesAt: 0,
};

/** Writes an event with its edits into the ring and returns the offset after it. */
function splice({ bytes, start: first, end: last }: EventBytes, edits: readonly ByteEdit[], at: number): number {
  let to = at;
  let from = first;
  for (const edit of edits) {
    to = copyBytes(bytes, from, first + edit.start, to);
    to = writeShort(edit.text, to);
    from = first + edit.end;
  }
  return copyBytes(bytes, from, last, to);
}

/** For a few bytes, a native call costs more than a loop. */
function copyBytes(bytes: Buffer, from: number, end: number, to: number): number {
  if (end - from > MOST_LOOPED) return to + bytes.copy(ring, to, from, end);
  for (let at = from; at < end; at++) ring[to + at - from] = bytes[at] ?? 0;
  return to + end - from;
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
