import { hash } from "node:crypto";
import { canonicalJson } from "../../../event/canonical-json.ts";
import { isObject } from "../../../event/is-object.ts";

/** A fingerprint object of OCSF. */
export interface Fingerprint {
  readonly algorithm: "SHA-256";
  readonly algorithm_id: 3;
  readonly value: string;
}

type Members = Readonly<Record<string, unknown>>;

export function fingerprintObject(value: string): Fingerprint {
  return { algorithm: "SHA-256", algorithm_id: 3, value };
}

/**
 * Returns the fingerprint of a numbered event in hexadecimal: the SHA-256 of the canonical form of its attestation, without
 * `fingerprint` and `signatures`, with its number as `sequence` and the hash of everything else as `content`. So the
 * larger part is hashed once for all streams that have the event.
 */
export function fingerprintOf(event: Members): string {
  const { metadata, unmapped } = event;
  const attestation = isObject(unmapped) && isObject(unmapped["attestation"]) ? unmapped["attestation"] : {};
  const { fingerprint: _fingerprint, signatures: _signatures, ...stated } = attestation;
  const sequence = isObject(metadata) ? metadata["sequence"] : undefined;
  return hashOf({ ...stated, content: contentHashOf(event), ...(sequence !== undefined && { sequence }) });
}

/** Returns the same for an event with nothing else in its attestation. `chain` is the stream's name as JSON. */
export function plainFingerprint(chain: string, content: string, sequence: number): string {
  return hash("sha256", `{"chain_uid":${chain},"content":"${content}","sequence":${sequence}}`, "hex");
}

/**
 * Returns the hash of what a stream does not add: the event without `metadata.sequence` and `unmapped.attestation`, and
 * without either object if nothing is left in it.
 */
function contentHashOf(event: Members): string {
  const { metadata, unmapped, ...others } = event;
  return hashOf({
    ...others,
    ...without("metadata", metadata, "sequence"),
    ...without("unmapped", unmapped, "attestation"),
  });
}

function without(name: string, value: unknown, member: string): Members {
  if (value === undefined) return {};
  if (!isObject(value)) return { [name]: value };
  const { [member]: _, ...others } = value;
  return Object.keys(others).length === 0 ? {} : { [name]: others };
}

function hashOf(value: Members): string {
  return hash("sha256", canonicalJson(value), "hex");
}
