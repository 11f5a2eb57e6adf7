import { repair } from "../../ocsf/repair.ts";
import type { OcsfEvent } from "../../event/accepted-event.ts";
import type { JsonPatch } from "../../event/json-patch.ts";
import { mergePatches } from "../../event/json-patch.ts";

export interface RepairedEvent {
  readonly event: OcsfEvent;
  /** The members filled in; undefined if there are none. */
  readonly patch: JsonPatch | undefined;
}

/** Returns the members that follow from others, as a patch of the event's text. */
export function repairEvent(given: OcsfEvent): RepairedEvent {
  const { event, changes } = repair(given);
  if (changes.length === 0) return { event: given, patch: undefined };
  return { event, patch: changes.map(patchOf).reduce(mergePatches) };
}

function patchOf({ path, value }: { readonly path: string; readonly value: string | number }): JsonPatch {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  return keys.reduceRight((inner: JsonPatch, key) => ({ [key]: inner }), { [last]: JSON.stringify(value) });
}
