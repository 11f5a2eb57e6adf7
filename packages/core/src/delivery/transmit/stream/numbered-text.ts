import type { AcceptedEvent, EventBytes } from "../../../event/accepted-event.ts";
import { isObject } from "../../../event/is-object.ts";
import type { JsonPatch } from "../../../event/json-patch.ts";
import { patchJson } from "../../../event/json-patch.ts";
import { fingerprintObject, fingerprintOf } from "./fingerprint.ts";
import type { Numbered } from "./numbered-event.ts";
import { NumberedEvent } from "./numbered-event.ts";

/** A numbered event that is kept as it is sent: a checkpoint, or one that `NumberWriter` does not write. */
export class NumberedText extends NumberedEvent {
  readonly #memory: Buffer;

  constructor(original: AcceptedEvent, number: number, json: string) {
    const memory = Buffer.from(json);
    super(original, number, memory.length);
    this.#memory = memory;
  }

  override get json(): string {
    return this.#memory.toString();
  }

  override get utf8(): EventBytes {
    return { bytes: this.#memory, start: 0, end: this.#memory.length };
  }

  override get membersAt(): number {
    return this.#memory.indexOf("{") + 1;
  }

  override writeJson(into: Buffer, at: number): number {
    return this.#memory.copy(into, at);
  }
}

export interface Numbering {
  readonly stream: string;
  readonly number: number;
  readonly isFingerprinted: boolean;
  /** More members of the attestation, such as the previous checkpoint. */
  readonly attestation?: Readonly<Record<string, unknown>>;
  /** Returns the signatures of a fingerprint. */
  readonly sign?: (fingerprint: string) => readonly unknown[];
}

/** Parses an event and adds its number and attestation. `json` is the event's text after it was shaped. */
export function numbered(original: AcceptedEvent, json: string, numbering: Numbering): Numbered {
  const { stream, number, isFingerprinted, sign } = numbering;
  const parsed: unknown = JSON.parse(json);
  const source = sourceMembers(isObject(parsed) ? parsed : {});
  const chained = { chain_uid: stream, ...numbering.attestation };
  const patched = patchJson(json, patchOf(number, { ...source, attestation: chained }));
  if (!isFingerprinted) return { record: new NumberedText(original, number, patched), fingerprint: "" };
  const event: unknown = JSON.parse(patched);
  const fingerprint = fingerprintOf(isObject(event) ? event : {});
  const attested = {
    ...chained,
    fingerprint: fingerprintObject(fingerprint),
    ...(sign !== undefined && { signatures: sign(fingerprint) }),
  };
  const signed = patchJson(patched, { unmapped: { attestation: JSON.stringify(attested) } });
  return { record: new NumberedText(original, number, signed), fingerprint };
}

type Members = Readonly<Record<string, unknown>>;

/** What the event has where the number and the attestation go. It is kept under names of its own. */
function sourceMembers({ metadata, unmapped }: Members): Members {
  const source: Record<string, unknown> = {};
  if (isObject(metadata)) source["source_sequence"] = metadata["sequence"];
  else source["source_metadata"] = metadata;
  if (isObject(unmapped)) source["source_attestation"] = unmapped["attestation"];
  else source["source_unmapped"] = unmapped;
  return Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== null));
}

function patchOf(sequence: number, added: Members): JsonPatch {
  const unmapped = Object.fromEntries(Object.entries(added).map(([key, value]) => [key, JSON.stringify(value)]));
  return { metadata: { sequence: String(sequence) }, unmapped };
}
