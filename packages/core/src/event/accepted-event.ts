import { compactText, expandedText } from "./compact-text.ts";

/** An OCSF event: a JSON object. The host has checked only its core, so connectors must check types. */
export type OcsfEvent = { readonly [key: string]: unknown };

/** A range of UTF-8 bytes. Read only. */
export interface EventBytes {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** What streams need of an event to number it: the same in all streams, and computed once. */
export interface EventContent {
  /** SHA-256 of its canonical form, in hexadecimal; empty until a stream with fingerprints has it. */
  readonly hash: string;
  /** Size of its UTF-8. */
  readonly bytes: number;
  /** Offset of the brace of `metadata` in its UTF-8. */
  readonly metadataAt: number;
  /** Offset of the brace of `unmapped`; 0 if there is none. */
  readonly unmappedAt: number;
  /** What a scan noted of an event that keeps none itself. */
  notes: Int32Array | undefined;
}

/** One accepted event. Shared by all destinations; its content never changes. */
export class AcceptedEvent {
  /** `metadata.uid`: stable, so that a receiver can drop duplicates. */
  readonly id: string;
  readonly orgId: string | null;
  readonly classUid: number;
  readonly severityId: number;
  /** Time of the event, in milliseconds since the epoch. */
  readonly time: number;
  /** Time the host accepted it, in milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** Size for the limits of queues: the memory of `json`, close to its UTF-8 bytes. */
  readonly bytes: number;
  /** Ascending number in a queue store; 0 before it is stored. */
  sequence = 0;
  /** Where a store that several processes share read it from; 0 in any other store. */
  origin = 0;
  /** Place of its last written bytes: from 0 a lap of `sharedBytes`, below -1 a filling of `EventBlocks`. */
  bytesIn = -1;
  bytesAt = 0;
  bytesEnd = 0;
  /** Place of its members in `membersOf`. */
  membersIn = 0;
  /** The event as a step of the way out last changed it, and that step. Of the thread that sends it. */
  shaped: AcceptedEvent | undefined = undefined;
  shapedBy: unknown = undefined;
  /** Kept once a stream has numbered it; null where it must be parsed for that. */
  content: EventContent | null | undefined = undefined;
  #json: string;
  /** How `#json` is stored: as given, in Latin-1, or with one character per UTF-8 byte. */
  #form: "given" | "latin1" | "utf8" = "given";
  #event: OcsfEvent | undefined;

  constructor(fields: AcceptedEventFields) {
    this.id = fields.id;
    this.orgId = fields.orgId;
    this.classUid = fields.classUid;
    this.severityId = fields.severityId;
    this.time = fields.time;
    this.acceptedAt = fields.acceptedAt;
    this.#json = fields.json;
    this.bytes = fields.bytes ?? fields.json.length;
  }

  /** The event as JSON text on one line: it holds no raw line break. */
  get json(): string {
    return this.#form === "utf8" ? expandedText({ text: this.#json, isUtf8: true }) : this.#json;
  }

  /** Reduces its memory at the cost of slower access, for events that have to wait. */
  compact(): void {
    if (this.#form !== "given") return;
    const { text, isUtf8 } = compactText(this.#json);
    this.#json = text;
    this.#form = isUtf8 ? "utf8" : "latin1";
    // Slices of the event's text would keep all of it in memory.
    Object.assign(this, { id: ownText(this.id), orgId: this.orgId === null ? null : ownText(this.orgId) });
  }

  /** Index in `json` of the first member, after the opening brace. Quicker than a search. */
  get membersAt(): number {
    return this.#json.indexOf("{") + 1;
  }

  /** The text's UTF-8, for an event read from bytes. Valid until the next event's is read. */
  get utf8(): EventBytes | undefined {
    return undefined;
  }

  /** Its UTF-8 alone, for an event that was read from bytes and keeps them as long as it lives. */
  get ownBytes(): Buffer | undefined {
    return undefined;
  }

  /** Writes the text's UTF-8, for which there must be space, and returns its length. */
  writeJson(into: Buffer, at: number): number {
    return into.write(this.#json, at, this.#form === "utf8" ? "latin1" : "utf8");
  }

  /** What a scan noted of the event, from the index `notesAt` on; undefined if it was not scanned. */
  get notes(): Int32Array | undefined {
    return undefined;
  }

  get notesAt(): number {
    return 0;
  }

  /** Parses `json` at the first call and returns the event. For encoders that cannot wrap the text. */
  event(): OcsfEvent {
    // The intake parsed this text already and saw that it is an object.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.#event ??= JSON.parse(this.json) as OcsfEvent;
    return this.#event;
  }
}

export interface AcceptedEventFields {
  readonly id: string;
  readonly orgId: string | null;
  readonly classUid: number;
  readonly severityId: number;
  readonly time: number;
  readonly acceptedAt: number;
  readonly json: string;
  /** Length of `json`, if it is created later. */
  readonly bytes?: number;
}

/** Copies a text, since a slice keeps the whole source in memory. */
function ownText(text: string): string {
  return expandedText(compactText(text));
}

/** Returns the most bytes that an event's UTF-8 may have, three for each character. `bytes` may be characters, also after a queue stored it. */
export function mostTextBytes({ utf8, bytes }: AcceptedEvent): number {
  return utf8 === undefined ? bytes * 3 : utf8.end - utf8.start;
}

/** Size of the first `count` of some events together. */
export function bytesOf(records: readonly AcceptedEvent[], count = records.length): number {
  let bytes = 0;
  for (let index = 0; index < count; index++) bytes += records[index]?.bytes ?? 0;
  return bytes;
}
