import type { OldEvents } from "../../connector/connector.ts";
import { asOwn } from "../connectors/resolved.ts";
import type { Destination } from "./destination.ts";

/** What the SIEM of a destination does to old events, as far as its connector knows. */
export function oldEventsOf({ connector, config }: Pick<Destination, "connector" | "config">): OldEvents | undefined {
  const { oldEvents } = connector;
  return typeof oldEvents === "function" ? oldEvents(asOwn(config)) : oldEvents;
}
