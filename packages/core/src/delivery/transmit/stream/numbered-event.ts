import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { ByteEvent } from "../../../event/byte-event.ts";
import { isObject } from "../../../event/is-object.ts";
import type { JsonPatch } from "../../../event/json-patch.ts";
import { patchJson } from "../../../event/json-patch.ts";
import { fingerprintObject, fingerprintOf } from "./fingerprint.ts";

/** Bytes of a numbered event, perhaps beside those of others. */
export interface NumberedBytes {
  readonly memory: Buffer;
  readonly start: number;
  readonly end: number;
}

/** An event as one destination sends it: shaped, and with its number in the stream. */
export class NumberedEvent extends ByteEvent {
  /** The event in the queue, which other destinations share. */
  readonly original: AcceptedEvent;
  readonly number: number;

  constructor(original: AcceptedEvent, number: number, { memory, start, end }: NumberedBytes) {
    const { id, orgId, classUid, severityId, time, acceptedAt } = original;
    const bytes = end - start;
    const given = { id, orgId, classUid, severityId, time, acceptedAt, bytes, memory, start, end };
    super({ ...given, notes: undefined, notesAt: 0 });
    this.sequence = original.sequence;
    this.origin = original.origin;
    this.original = original;
    this.number = number;
  }
}

/** Returns an event with this text. */
export function numberedAs(original: AcceptedEvent, number: number, json: string): NumberedEvent {
  const memory = Buffer.from(json);
  return new NumberedEvent(original, number, { memory, start: 0, end: memory.length });
}

/** Returns the queue's own record of an event. */
export function originalOf(record: AcceptedEvent): AcceptedEvent {
  return record instanceof NumberedEvent ? record.original : record;
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

export interface Numbered {
  readonly record: NumberedEvent;
  /** In hexadecimal; empty without fingerprints. */
  readonly fingerprint: string;
}

/**
 * Parses an event and adds its number and attestation: for the few that `NumberWriter` does not write. `json` is the
 * event's text after it was shaped.
 */
export function numbered(original: AcceptedEvent, json: string, numbering: Numbering): Numbered {
  const { stream, number, isFingerprinted, sign } = numbering;
  const parsed: unknown = JSON.parse(json);
  const source = sourceMembers(isObject(parsed) ? parsed : {});
  const chained = { chain_uid: stream, ...numbering.attestation };
  const patched = patchJson(json, patchOf(number, { ...source, attestation: chained }));
  if (!isFingerprinted) return { record: numberedAs(original, number, patched), fingerprint: "" };
  const event: unknown = JSON.parse(patched);
  const fingerprint = fingerprintOf(isObject(event) ? event : {});
  const attested = {
    ...chained,
    fingerprint: fingerprintObject(fingerprint),
    ...(sign !== undefined && { signatures: sign(fingerprint) }),
  };
  const signed = patchJson(patched, { unmapped: { attestation: JSON.stringify(attested) } });
  return { record: numberedAs(original, number, signed), fingerprint };
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
