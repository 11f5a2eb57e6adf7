import type { AcceptedEvent, EventBytes, EventContent } from "../../../event/accepted-event.ts";
import { contentOf } from "../../../event/event-content.ts";
import { sharedBytes } from "../../../event/shared-bytes.ts";
import { plainFingerprint } from "./fingerprint.ts";
import type { Numbered } from "./numbered-event.ts";
import { numbered, NumberedEvent } from "./numbered-event.ts";
import type { NumberingSettings } from "./numbering-settings.ts";

/** Bytes that a number and an attestation add, without the stream's name. */
const ADDED_BYTES = 320;
const FINGERPRINT_START = ',"fingerprint":{"algorithm":"SHA-256","algorithm_id":3,"value":"';

/** What a stream's events have around their fingerprints. */
interface Attestation {
  readonly stream: string;
  /** The stream's name as JSON. */
  readonly chain: string;
  readonly before: Buffer;
  readonly behind: string;
}

interface Added {
  readonly number: number;
  /** Empty without fingerprints. */
  readonly fingerprint: string;
  readonly attestation: Attestation;
}

/** Writes the numbers of one batch of events into copies of their bytes, all in one memory. */
export class NumberWriter {
  readonly #settings: NumberingSettings;
  #attestation: Attestation | undefined;
  #memory: Buffer;
  #used = 0;

  /** `bytes` is about what the events have together. */
  constructor(settings: NumberingSettings, count: number, bytes: number) {
    this.#settings = settings;
    this.#memory = Buffer.allocUnsafeSlow(bytes + count * ADDED_BYTES);
  }

  /** Shapes an event and gives it a number of a stream. */
  write(original: AcceptedEvent, stream: string, number: number): Numbered {
    const { step, isFingerprinted } = this.#settings;
    const shaped = step?.(original) ?? original;
    const content = contentOf(shaped);
    const source = content === null ? undefined : sharedBytes(shaped);
    if (content === null || source === undefined) {
      return numbered(original, shaped.json, { stream, number, isFingerprinted });
    }
    const attestation = this.#attestationOf(stream);
    const fingerprint = isFingerprinted ? plainFingerprint(attestation.chain, content.hash, number) : "";
    const start = this.#begin(source, attestation);
    this.#used = this.#copy(source, content, { number, fingerprint, attestation });
    const bytes = { memory: this.#memory, start, end: this.#used };
    return { record: new NumberedEvent(original, number, bytes), fingerprint };
  }

  /** A stream ends in the middle of few batches. */
  #attestationOf(stream: string): Attestation {
    if (this.#attestation?.stream === stream) return this.#attestation;
    const chain = JSON.stringify(stream);
    const start = `"attestation":{"chain_uid":${chain}`;
    this.#attestation = this.#settings.isFingerprinted
      ? { stream, chain, before: Buffer.from(start + FINGERPRINT_START), behind: '"}}' }
      : { stream, chain, before: Buffer.from(start), behind: "}" };
    return this.#attestation;
  }

  /** Ensures that there is space for an event. Returns where it begins. */
  #begin({ start, end }: EventBytes, { before }: Attestation): number {
    const most = end - start + ADDED_BYTES + before.length;
    if (this.#used + most > this.#memory.length) {
      this.#memory = Buffer.allocUnsafeSlow(Math.max(most, this.#memory.length));
      this.#used = 0;
    }
    return this.#used;
  }

  /** Copies an event with its new members, each in front of its object's others. Returns the offset after it. */
  #copy({ bytes, start, end }: EventBytes, { metadataAt, unmappedAt }: EventContent, added: Added): number {
    const memory = this.#memory;
    const numberAt = start + metadataAt + 1;
    const attestationAt = start + unmappedAt + 1;
    let at = this.#used;
    if (numberAt < attestationAt) {
      at += bytes.copy(memory, at, start, numberAt);
      at = writeNumber(added, memory, at);
      at += bytes.copy(memory, at, numberAt, attestationAt);
      at = writeAttestation(added, unmappedAt === 0, memory, at);
      return at + bytes.copy(memory, at, attestationAt, end);
    }
    at += bytes.copy(memory, at, start, attestationAt);
    at = writeAttestation(added, unmappedAt === 0, memory, at);
    at += bytes.copy(memory, at, attestationAt, numberAt);
    at = writeNumber(added, memory, at);
    return at + bytes.copy(memory, at, numberAt, end);
  }
}

function writeNumber({ number }: Added, memory: Buffer, at: number): number {
  return at + memory.write(`"sequence":${number},`, at, "latin1");
}

/** `isAlone`: the event has no `unmapped`. */
function writeAttestation({ attestation, fingerprint }: Added, isAlone: boolean, memory: Buffer, from: number): number {
  const { before, behind } = attestation;
  let at = from;
  if (isAlone) at += memory.write('"unmapped":{', at, "latin1");
  at += before.copy(memory, at);
  return at + memory.write(`${fingerprint}${behind}${isAlone ? "}," : ","}`, at, "latin1");
}
