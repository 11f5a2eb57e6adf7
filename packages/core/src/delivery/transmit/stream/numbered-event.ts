import { AcceptedEvent } from "../../../event/accepted-event.ts";
import { isObject } from "../../../event/is-object.ts";
import type { JsonPatch } from "../../../event/json-patch.ts";
import { patchJson } from "../../../event/json-patch.ts";
import type { Step } from "../shape/shape.ts";
import { fingerprintObject, fingerprintOf } from "./fingerprint.ts";

/** An event as one destination sends it: with its number in the stream, and shaped. */
export class NumberedEvent extends AcceptedEvent {
  /** The event in the queue, which other destinations share. */
  readonly original: AcceptedEvent;
  readonly number: number;

  constructor(original: AcceptedEvent, number: number, json: string) {
    const { id, orgId, classUid, severityId, time, acceptedAt } = original;
    super({ id, orgId, classUid, severityId, time, acceptedAt, json });
    this.sequence = original.sequence;
    this.original = original;
    this.number = number;
  }
}

/** Returns the queue's own record of an event. */
export function originalOf(record: AcceptedEvent): AcceptedEvent {
  return record instanceof NumberedEvent ? record.original : record;
}

export interface Numbering {
  readonly stream: string;
  readonly number: number;
  /** Redacts and converts; undefined if nothing is to be done. */
  readonly step: Step | undefined;
  readonly isFingerprinted: boolean;
  /** More members of the attestation, such as the previous checkpoint. */
  readonly attestation?: Readonly<Record<string, unknown>>;
  /** Returns the signatures of a fingerprint. */
  readonly sign?: (fingerprint: Buffer) => readonly unknown[];
}

export interface Numbered {
  readonly record: NumberedEvent;
  readonly fingerprint: Buffer | undefined;
}

/** Adds the number and the attestation to an event, then shapes it. The fingerprint is of what leaves. */
export function numbered(original: AcceptedEvent, numbering: Numbering): Numbered {
  const { stream, number, step, isFingerprinted, sign } = numbering;
  const chained = { chain_uid: stream, ...numbering.attestation };
  const attested = (fingerprint: Buffer) => ({
    ...chained,
    fingerprint: fingerprintObject(fingerprint),
    ...(sign !== undefined && { signatures: sign(fingerprint) }),
  });
  const parsed: unknown = JSON.parse(original.json);
  const event = isObject(parsed) ? parsed : {};
  const source = sourceMembers(event);
  const patched = (attestation: object) => patchJson(original.json, patchOf(number, { ...source, attestation }));
  const recordOf = (json: string) => new NumberedEvent(original, number, json);

  if (step === undefined && isFingerprinted) {
    const fingerprint = fingerprintOf(withMembers(event, number, { ...source, attestation: chained }));
    return { record: recordOf(patched(attested(fingerprint))), fingerprint };
  }
  const plain = recordOf(patched(chained));
  const unsigned = step === undefined ? plain : recordOf(step(plain).json);
  if (!isFingerprinted) return { record: unsigned, fingerprint: undefined };
  const fingerprint = fingerprintOf(unsigned.event());
  const attestation = JSON.stringify(attested(fingerprint));
  return { record: recordOf(patchJson(unsigned.json, { unmapped: { attestation } })), fingerprint };
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

function withMembers(event: Members, sequence: number, added: Members): Members {
  const { metadata, unmapped } = event;
  return {
    ...event,
    metadata: { ...(isObject(metadata) && metadata), sequence },
    unmapped: { ...(isObject(unmapped) && unmapped), ...added },
  };
}

function patchOf(sequence: number, added: Members): JsonPatch {
  const unmapped = Object.fromEntries(Object.entries(added).map(([key, value]) => [key, JSON.stringify(value)]));
  return { metadata: { sequence: String(sequence) }, unmapped };
}
