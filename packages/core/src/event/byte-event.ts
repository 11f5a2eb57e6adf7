import type { AcceptedEventFields, EventBytes } from "./accepted-event.ts";
import { AcceptedEvent } from "./accepted-event.ts";

export interface ByteEventFields extends Omit<AcceptedEventFields, "json" | "bytes"> {
  /** Size for the limits of queues. */
  readonly bytes: number;
  /** Memory that holds the event's text in UTF-8, perhaps beside others, and its offsets there. */
  readonly memory: Buffer;
  readonly start: number;
  readonly end: number;
  /** What a scan noted of the events in this memory, and the index of this event's first number. */
  readonly notes: Int32Array | undefined;
  readonly notesAt: number;
}

/** An event as bytes. Its text is created each time it is asked for. */
export class ByteEvent extends AcceptedEvent {
  readonly #memory: Buffer;
  readonly #start: number;
  readonly #end: number;
  #notes: Int32Array | undefined;
  #notesAt: number;

  constructor(fields: ByteEventFields) {
    const { id, orgId, classUid, severityId, time, acceptedAt, bytes } = fields;
    super({ id, orgId, classUid, severityId, time, acceptedAt, bytes, json: "" });
    this.#memory = fields.memory;
    this.#start = fields.start;
    this.#end = fields.end;
    this.#notes = fields.notes;
    this.#notesAt = fields.notesAt;
  }

  override get json(): string {
    return this.#memory.toString("utf8", this.#start, this.#end);
  }

  override get utf8(): EventBytes {
    place.bytes = this.#memory;
    place.start = this.#start;
    place.end = this.#end;
    return place;
  }

  /** It has no text whose memory could be reduced. */
  override compact(): void {}

  override get membersAt(): number {
    let at = this.#start;
    while (this.#memory[at] !== OPEN_BRACE) at++;
    return at - this.#start + 1;
  }

  override writeJson(into: Buffer, at: number): number {
    return this.#memory.copy(into, at, this.#start, this.#end);
  }

  /** Whether a later scan may note more of it. */
  get keepsNotes(): boolean {
    return true;
  }

  override get notes(): Int32Array | undefined {
    return this.#notes;
  }

  override get notesAt(): number {
    return this.#notesAt;
  }

  keepNotes(notes: Int32Array): void {
    this.#notes = notes;
    this.#notesAt = 0;
  }
}

const OPEN_BRACE = 0x7b;

/** Shared by all events: valid until the next event's is read. */
const place: { bytes: Buffer; start: number; end: number } = { bytes: Buffer.alloc(0), start: 0, end: 0 };
