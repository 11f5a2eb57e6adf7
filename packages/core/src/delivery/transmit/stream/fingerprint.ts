import { createHash } from "node:crypto";
import { canonicalJson } from "../../../event/canonical-json.ts";
import { isObject } from "../../../event/is-object.ts";

/** A fingerprint object of OCSF. */
export interface Fingerprint {
  readonly algorithm: "SHA-256";
  readonly algorithm_id: 3;
  readonly value: string;
}

export function fingerprintObject(hash: Buffer): Fingerprint {
  return { algorithm: "SHA-256", algorithm_id: 3, value: hash.toString("hex") };
}

/**
 * Returns the SHA-256 of an event's canonical form without the fingerprint and the signatures of its attestation, as
 * OCSF 1.9 defines it. Everything else counts, `metadata.sequence` and `chain_uid` included.
 */
export function fingerprintOf(event: Readonly<Record<string, unknown>>): Buffer {
  return createHash("sha256")
    .update(canonicalJson(unsigned(event)))
    .digest();
}

function unsigned(event: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { unmapped } = event;
  if (!isObject(unmapped) || !isObject(unmapped["attestation"])) return event;
  const { fingerprint: _fingerprint, signatures: _signatures, ...attestation } = unmapped["attestation"];
  return { ...event, unmapped: { ...unmapped, attestation } };
}
