import type { Sink } from "../../connector/connector.ts";
import { NOT_SENT } from "../../transport/dry-egress.ts";
import type { Destination } from "../config/destination.ts";
import { officialPackages } from "../connectors/official-connectors.ts";

/** Writes to this machine's disk. */
const FILE = "@arbitex/connector-file";

/**
 * Whether a destination's connector is one of this project's that sends by its egress alone. Another one may know other
 * ways, so that it is not asked to send in a dry run: then the body is shown, and not the request around it.
 */
export function sendsByEgress({ origin }: Pick<Destination, "origin">): boolean {
  const name = origin?.connector.name;
  return name !== undefined && name !== FILE && officialPackages().includes(name);
}

/** Encodes as the connector does, and sends nothing. */
export function unsending(sink: Sink): Sink {
  return {
    encode: (record) => sink.encode(record),
    send: async () => ({ kind: "retry", reason: NOT_SENT }),
    ...(sink.close && { close: async () => sink.close?.() }),
  };
}
