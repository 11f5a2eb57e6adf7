import type { AcceptedEventFields, EventBytes } from "./accepted-event.ts";
import { AcceptedEvent } from "./accepted-event.ts";

export interface ByteEventFields extends Omit<AcceptedEventFields, "json" | "bytes"> {
  /** Size for the limits of queues. */
  readonly bytes: number;
  /** The event's text in UTF-8, perhaps in a memory with others. */
  readonly text: Buffer;
  /** What a scan noted of the events in this memory, and the index of this event's first number. */
  readonly notes: Int32Array | undefined;
  readonly notesAt: number;
}

/** An event as bytes. Its text is created each time it is asked for. */
export class ByteEvent extends AcceptedEvent {
  readonly #text: Buffer;
  #notes: Int32Array | undefined;
  #notesAt: number;

  constructor(fields: ByteEventFields) {
    const { id, orgId, classUid, severityId, time, acceptedAt, bytes } = fields;
    super({ id, orgId, classUid, severityId, time, acceptedAt, bytes, json: "" });
    this.#text = fields.text;
    this.#notes = fields.notes;
    this.#notesAt = fields.notesAt;
  }

  override get json(): string {
    return this.#text.toString("utf8");
  }

  override get utf8(): EventBytes {
    place.bytes = this.#text;
    place.end = this.#text.length;
    return place;
  }

  override get ownBytes(): Buffer | undefined {
    return this.#text;
  }

  /** It has no text whose memory could be reduced. */
  override compact(): void {}

  override get membersAt(): number {
    return this.#text.indexOf(OPEN_BRACE) + 1;
  }

  override writeJson(into: Buffer, at: number): number {
    into.set(this.#text, at);
    return this.#text.length;
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
const place: { bytes: Buffer; readonly start: number; end: number } = { bytes: Buffer.alloc(0), start: 0, end: 0 };
