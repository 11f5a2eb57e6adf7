import type { Select } from "../../delivery/transmit/shape/select.ts";
import { createSelect } from "../../delivery/transmit/shape/select.ts";
import type { Shape } from "../../delivery/transmit/shape/shape.ts";
import { createShape } from "../../delivery/transmit/shape/shape.ts";
import type { Destination } from "../config/destination.ts";
import type { HostRedaction } from "../../redaction/redact-rule.ts";
import type { BaseParts } from "../parts.ts";
import { shapeSettingsOf } from "../workers/shape-settings.ts";
import { deliveryOf } from "../workers/open-transmitter.ts";

/**
 * What happens to a destination's events between its queue and its connector, in this order: select (filter, sample),
 * number, redact, convert; then its connector encodes.
 */
export interface Outgoing {
  /** Undefined if every event is wanted. */
  readonly select: Select | undefined;
  readonly shape: Shape;
}

export interface OutgoingMeans {
  readonly parts: BaseParts;
  readonly redaction: HostRedaction;
}

export function outgoingOf(destination: Destination, { parts, redaction }: OutgoingMeans): Outgoing {
  const delivery = deliveryOf(destination, parts.queueStore.durable);
  return {
    select: createSelect(destination.filter ?? {}),
    shape: createShape(shapeSettingsOf(destination, delivery, redaction)),
  };
}
