import { compactText, expandedText } from "./compact-text.ts";

/** An OCSF event as it was given: a JSON object. Connectors read it with care; the host has checked only its core. */
export type OcsfEvent = { readonly [key: string]: unknown };

/** Where a text's UTF-8 stands. Read only. */
export interface EventBytes {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** One accepted event on its way through the host. Shared by all destinations; what it says never changes. */
export class AcceptedEvent {
  /** `metadata.uid`: stable, so that a receiver can drop a repeat. */
  readonly id: string;
  readonly orgId: string | null;
  readonly classUid: number;
  readonly severityId: number;
  /** When it happened, milliseconds since the epoch. */
  readonly time: number;
  /** When the host took it, milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** Size for the bounds of queues: what `json` takes in memory, near enough to its UTF-8 bytes. */
  readonly bytes: number;
  /** Its number in a queue store, which rises; 0 as long as it is in none. */
  sequence = 0;
  /** Where its bytes were written last: of `sharedBytes` a lap from 0 on, of `EventBlocks` a filling below -1. */
  bytesIn = -1;
  bytesAt = 0;
  bytesEnd = 0;
  #json: string;
  /** How `#json` is kept: as it came, in one byte a character, or as one character for each byte of its UTF-8. */
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

  /** The event as JSON text, made once. One line: no raw line break is in it. */
  get json(): string {
    return this.#form === "utf8" ? expandedText({ text: this.#json, isUtf8: true }) : this.#json;
  }

  /** Takes less memory from now on, and gives its text more slowly: for events that have to wait. */
  compact(): void {
    if (this.#form !== "given") return;
    const { text, isUtf8 } = compactText(this.#json);
    this.#json = text;
    this.#form = isUtf8 ? "utf8" : "latin1";
    // Read from an event's text, they may be parts of it, and would keep it.
    Object.assign(this, { id: ownText(this.id), orgId: this.orgId === null ? null : ownText(this.orgId) });
  }

  /** Where in `json` the members begin: behind the opening brace. Quicker than a look at the text. */
  get membersAt(): number {
    return this.#json.indexOf("{") + 1;
  }

  /** The text's UTF-8, of an event that was read from bytes: good until the next event's is asked for. */
  get utf8(): EventBytes | undefined {
    return undefined;
  }

  /** Writes the text's UTF-8, for which there must be space, and gives how many bytes it has. */
  writeJson(into: Buffer, at: number): number {
    return into.write(this.#json, at, this.#form === "utf8" ? "latin1" : "utf8");
  }

  /** The event as an object, parsed from `json` at the first call. For encoders that cannot wrap the text. */
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
  /** The length of `json`, for one that is made later. */
  readonly bytes?: number;
}

/** The same text with memory of its own: a part of a longer one keeps all of that one. */
function ownText(text: string): string {
  return expandedText(compactText(text));
}
