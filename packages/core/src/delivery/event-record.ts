/** An OCSF event as it was given: a JSON object. Connectors read it with care; the host has checked only its core. */
export type OcsfEvent = { readonly [key: string]: unknown };

/** One accepted event on its way through the host. Shared by all destinations; what it says never changes. */
export class EventRecord {
  /** `metadata.uid`: stable, so that a receiver can drop a repeat. */
  readonly id: string;
  readonly orgId: string | null;
  readonly classUid: number;
  readonly severityId: number;
  /** When it happened, milliseconds since the epoch. */
  readonly time: number;
  /** When the host took it, milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** The event as JSON text, made once. One line: no raw line break is in it. */
  readonly json: string;
  /** Size for the bounds of queues: what `json` takes in memory, near enough to its UTF-8 bytes. */
  readonly bytes: number;
  /** Where a queue store keeps it: the store's own number, which rises; 0 as long as it is in none. */
  place = 0;
  /** Of `sharedBytes`, which alone reads and writes them. */
  sharedAt = -1;
  sharedLength = 0;
  #event: OcsfEvent | undefined;

  constructor(fields: EventRecordFields) {
    this.id = fields.id;
    this.orgId = fields.orgId;
    this.classUid = fields.classUid;
    this.severityId = fields.severityId;
    this.time = fields.time;
    this.acceptedAt = fields.acceptedAt;
    this.json = fields.json;
    this.bytes = fields.json.length;
  }

  /** The event as an object, parsed from `json` at the first call. For encoders that cannot wrap the text. */
  event(): OcsfEvent {
    // The door parsed this text already and saw that it is an object.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.#event ??= JSON.parse(this.json) as OcsfEvent;
    return this.#event;
  }
}

export interface EventRecordFields {
  readonly id: string;
  readonly orgId: string | null;
  readonly classUid: number;
  readonly severityId: number;
  readonly time: number;
  readonly acceptedAt: number;
  readonly json: string;
}
