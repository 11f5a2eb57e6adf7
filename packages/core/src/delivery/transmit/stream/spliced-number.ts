import type { AcceptedEvent, EventBytes, EventContent } from "../../../event/accepted-event.ts";
import { FLAGS_AT, ID_AT, NOTES_WORDS, notesOf, scannedNotes } from "../../../event/scan/scanned-event.ts";
import { sharedBytes } from "../../../event/shared-bytes.ts";
import type { Attestation } from "./attestation.ts";
import { NumberedEvent } from "./numbered-event.ts";

/** What a numbered event is made of. */
export interface Spliced {
  /** The event as shaped, which other streams may share. */
  readonly source: AcceptedEvent;
  readonly content: EventContent;
  readonly attestation: Attestation;
  /** In hexadecimal; empty without fingerprints. */
  readonly fingerprint: string;
}

/** More than a number and an `unmapped` around the attestation take. */
const MOST_AROUND = 64;

/**
 * A numbered event that keeps what its source lacks alone. Its bytes are written when they are asked for: the source's,
 * with each new member in front of the others of its object.
 */
export class SplicedNumber extends NumberedEvent {
  readonly #source: AcceptedEvent;
  readonly #content: EventContent;
  readonly #attestation: Attestation;
  readonly #fingerprint: string;

  constructor(original: AcceptedEvent, number: number, spliced: Spliced) {
    const { source, content, attestation, fingerprint } = spliced;
    super(original, number, content.bytes + lengthOf(attestation, fingerprint) + MOST_AROUND);
    this.#source = source;
    this.#content = content;
    this.#attestation = attestation;
    this.#fingerprint = fingerprint;
  }

  override get json(): string {
    const { bytes, start, end } = this.utf8;
    return bytes.toString("utf8", start, end);
  }

  override get utf8(): EventBytes {
    if (this.bytesIn !== filling) {
      if (memory.length < this.bytes) memory = Buffer.allocUnsafeSlow(this.bytes * 2);
      place.bytes = memory;
      place.end = this.writeJson(memory, 0);
      this.bytesIn = ++filling;
    }
    return place;
  }

  override get membersAt(): number {
    return 1;
  }

  override writeJson(into: Buffer, at: number): number {
    const { bytes, start, end } = sharedBytes(this.#source) ?? ownBytes(this.#source);
    const numberAt = start + this.#content.metadataAt + 1;
    const attestationAt = start + this.#content.unmappedAt + 1;
    const number = this.#numberText();
    let to = at;
    if (numberAt < attestationAt) {
      to += bytes.copy(into, to, start, numberAt);
      to += into.write(number, to, "latin1");
      to += bytes.copy(into, to, numberAt, attestationAt);
      to += into.write(this.#attestationText(), to, "latin1");
      return to + bytes.copy(into, to, attestationAt, end) - at;
    }
    to += bytes.copy(into, to, start, attestationAt);
    to += into.write(this.#attestationText(), to, "latin1");
    to += bytes.copy(into, to, attestationAt, numberAt);
    to += into.write(number, to, "latin1");
    return to + bytes.copy(into, to, numberAt, end) - at;
  }

  /**
   * As noted of its source, and moved as far as what stands before it is longer. Valid until the next event's are read.
   * An `unmapped` that has an attestation alone is not told of: encoders find nothing there.
   */
  override get notes(): Int32Array {
    const { metadataAt, unmappedAt } = this.#content;
    const byNumber = '"sequence":,'.length + String(this.number).length;
    const around = unmappedAt === 0 ? '"unmapped":{},'.length : ",".length;
    const byAttestation = lengthOf(this.#attestation, this.#fingerprint) + around;
    const { notes, notesAt } = this.#sourceNotes();
    moved[FLAGS_AT] = notes[notesAt + FLAGS_AT] ?? 0;
    for (let index = ID_AT; index < NOTES_WORDS; index++) {
      const note = notes[notesAt + index] ?? 0;
      moved[index] =
        note === 0 ? 0 : note + (note > metadataAt ? byNumber : 0) + (note > unmappedAt ? byAttestation : 0);
    }
    return moved;
  }

  /** A text's are kept with its content, for all streams. */
  #sourceNotes(): { readonly notes: Int32Array; readonly notesAt: number } {
    const notes = notesOf(this.#source);
    if (notes !== undefined) return { notes, notesAt: this.#source.notesAt };
    this.#content.notes ??= scannedNotes(sharedBytes(this.#source) ?? ownBytes(this.#source));
    return { notes: this.#content.notes, notesAt: 0 };
  }

  #numberText(): string {
    return `"sequence":${this.number},`;
  }

  #attestationText(): string {
    const { before, behind } = this.#attestation;
    return this.#content.unmappedAt === 0
      ? `"unmapped":{${before}${this.#fingerprint}${behind}},`
      : `${before}${this.#fingerprint}${behind},`;
  }
}

/** One memory that is written over and over: it has the bytes of the event that was read last. */
let memory = Buffer.allocUnsafeSlow(64 * 1024);
/** Counts how often it was written. An event notes in `bytesIn` which time that was for it. */
let filling = 0;

/** Reused for each event. */
const moved = new Int32Array(NOTES_WORDS);
const place: { bytes: Buffer; start: number; end: number } = { bytes: memory, start: 0, end: 0 };

function lengthOf({ before, behind }: Attestation, fingerprint: string): number {
  return before.length + fingerprint.length + behind.length;
}

/** The bytes of an event that is too large for those that all destinations share. */
function ownBytes({ json }: AcceptedEvent): EventBytes {
  const bytes = Buffer.from(json);
  return { bytes, start: 0, end: bytes.length };
}
