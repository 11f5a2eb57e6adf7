import type { OldEvents } from "../../connector/connector.ts";
import { asOwn } from "../connectors/resolved.ts";
import type { Destination } from "./destination.ts";

/** Returns what a destination's SIEM does to old events; undefined if its connector does not say. */
export function oldEventsOf({ connector, config }: Pick<Destination, "connector" | "config">): OldEvents | undefined {
  const { oldEvents } = connector;
  return typeof oldEvents === "function" ? oldEvents(asOwn(config)) : oldEvents;
}
