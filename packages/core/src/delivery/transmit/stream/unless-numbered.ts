import { isObject } from "../../../event/is-object.ts";
import type { Step } from "../shape/step.ts";
import type { AcceptedEvent } from "../../../event/accepted-event.ts";

/** Returns a step that leaves events of the destination's streams as they are: their fingerprint is of what leaves. */
export function unlessNumbered(step: Step | undefined, destinationId: string): Step | undefined {
  if (step === undefined) return undefined;
  return (record) => (isOfStream(record, `${destinationId}/`) ? record : step(record));
}

function isOfStream(record: AcceptedEvent, start: string): boolean {
  const { unmapped } = record.event();
  const attestation = isObject(unmapped) ? unmapped["attestation"] : undefined;
  const chain = isObject(attestation) ? attestation["chain_uid"] : undefined;
  return typeof chain === "string" && chain.startsWith(start);
}
