import type { DeliverySettings } from "../../delivery/delivery-settings.ts";
import type { ShapeSettings } from "../../delivery/transmit/shape/shape.ts";
import type { HostRedaction } from "../../redaction/redact-rule.ts";
import type { Destination } from "../config/destination.ts";

/** What a worker needs to know of a destination's delivery. */
export interface TransmitSettings extends Pick<DeliverySettings, "compression"> {
  readonly shape: ShapeSettings;
}

const asTheyAre: ShapeSettings = { rendering: "arbitex", ocsfVersion: "1.1", redaction: { rules: [], key: undefined } };

export function transmitSettingsOf(
  destination: Pick<Destination, "orgId">,
  delivery: DeliverySettings,
  redaction: HostRedaction,
): TransmitSettings {
  const { compression, integrity } = delivery;
  // Numbered events are shaped before they get here.
  const isShaped = integrity !== undefined && integrity.isReplay !== true;
  return { compression, shape: isShaped ? asTheyAre : shapeSettingsOf(destination, delivery, redaction) };
}

/** The operator's rules come first: an organisation's own find what they left. */
export function shapeSettingsOf(
  { orgId = null }: Pick<Destination, "orgId">,
  { rendering, ocsfVersion, redact }: DeliverySettings,
  { key, ofOrganisations = [] }: HostRedaction,
): ShapeSettings {
  return {
    rendering,
    ocsfVersion,
    redaction: { rules: orgId === null ? redact : [...ofOrganisations, ...redact], key },
  };
}
