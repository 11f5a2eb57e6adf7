import type { AnyConnector } from "../../connector/connector.ts";
import type { DeliverySettings } from "../../delivery/delivery-settings.ts";
import type { ConfigProblem } from "./problem.ts";
import { resolved } from "../connectors/resolved.ts";

/**
 * Returns the delivery settings that the connector does not support. `config` is the output of the connector's schema.
 */
export function deliveryProblems(
  { displayName, compressions }: AnyConnector,
  config: unknown,
  { compression }: Partial<DeliverySettings>,
): readonly ConfigProblem[] {
  if (compressions === undefined || compression === undefined) return [];
  const possible = resolved(compressions, config);
  if (possible.includes(compression)) return [];
  const message = `${displayName} does not take ${compression} here: only ${possible.join(", ")} is possible.`;
  return [{ path: "compression", message, fix: "Leave compression out of delivery." }];
}
