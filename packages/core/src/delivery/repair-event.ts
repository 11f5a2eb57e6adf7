import { repair } from "../ocsf/repair.ts";
import type { OcsfEvent } from "./event-record.ts";
import type { JsonPatch } from "./json-patch.ts";

export interface RepairedEvent {
  readonly event: OcsfEvent;
  /** What was filled in; undefined when nothing was. */
  readonly patch: JsonPatch | undefined;
}

/** Fills in what follows with certainty from what is there, as members for the event's text. */
export function repairEvent(given: OcsfEvent): RepairedEvent {
  const { event, changes } = repair(given);
  if (changes.length === 0) return { event: given, patch: undefined };
  const members: Record<string, string> = {};
  let metadata: JsonPatch | undefined;
  for (const { path, value } of changes) {
    const [first = "", second] = path.split(".");
    if (second === undefined) members[first] = JSON.stringify(value);
    else metadata = { [second]: JSON.stringify(value) };
  }
  return { event, patch: metadata === undefined ? members : { ...members, metadata } };
}
