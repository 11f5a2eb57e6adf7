import { schemaVersion } from "./generated/schema-tables.ts";
import { isJsonObject, type JsonObject } from "./json-value.ts";
import type { ItemPlan } from "./schema/plan.ts";
import { eventMessage } from "./message/event-message.ts";
import { schemaPlans } from "./schema/schema-plans.ts";
import { allWrongTimeUnits } from "./wrong-time-units.ts";

/** Result of `repair`. */
export interface Repair {
  /** The given event if nothing changed, otherwise a copy. */
  readonly event: JsonObject;
  /** Members added or scaled, by path; empty if there are none. */
  readonly changes: readonly { readonly path: string; readonly value: string | number }[];
}

/**
 * Adds members that follow from others: `category_uid` from the class, `type_uid` from class and activity (or the
 * activity from `type_uid`), names from ids, `metadata.version`, and `message` as a sentence of the facts. Converts
 * times in seconds, microseconds or nanoseconds to milliseconds. Never replaces any other value, even a wrong one.
 */
export function repair(event: JsonObject): Repair {
  const plan = typeof event.class_uid === "number" ? schemaPlans("base", []).classPlan(event.class_uid) : undefined;
  if (plan === undefined) return { event, changes: [] };
  const repaired: Record<string, unknown> = { ...event };
  const changes: { path: string; value: string | number }[] = [];

  function fill(path: string, value: string | number | undefined): void {
    if (value === undefined || (repaired[path] !== undefined && repaired[path] !== null)) return;
    repaired[path] = value;
    changes.push({ path, value });
  }

  fill("category_uid", onlyValue(plan, "category_uid"));
  fill("activity_id", activityOf(plan, event));
  fill("type_uid", typeUidOf(plan, repaired));
  for (const { name, captions, sibling } of plan.enums) {
    const value = repaired[name];
    // 99 requires the source's own word; the caption of the type is fixed even then.
    if (sibling !== undefined && typeof value === "number" && value !== 99) fill(sibling, captions.get(String(value)));
  }
  if (isJsonObject(event.metadata) && (event.metadata.version === undefined || event.metadata.version === null)) {
    repaired.metadata = { ...event.metadata, version: schemaVersion };
    changes.push({ path: "metadata.version", value: schemaVersion });
  }
  for (const { path, milliseconds } of allWrongTimeUnits(event)) {
    // Within a list it stays and is refused.
    if (path.includes("[")) continue;
    setAt(repaired, path.split("."), milliseconds);
    changes.push({ path, value: milliseconds });
  }
  if (repaired.message === undefined || repaired.message === null) fill("message", eventMessage(repaired));
  return changes.length === 0 ? { event, changes } : { event: repaired, changes };
}

/** Sets a member in copies of the objects on its path. */
function setAt(item: Record<string, unknown>, [key = "", ...rest]: readonly string[], value: number): void {
  if (rest.length === 0) {
    item[key] = value;
    return;
  }
  const inner = item[key];
  const copy: Record<string, unknown> = isJsonObject(inner) ? { ...inner } : {};
  item[key] = copy;
  setAt(copy, rest, value);
}

function captionsOf(plan: ItemPlan, name: string): ReadonlyMap<string, string> | undefined {
  return plan.enums.find((candidate) => candidate.name === name)?.captions;
}

function onlyValue(plan: ItemPlan, name: string): number | undefined {
  const values = [...(captionsOf(plan, name)?.keys() ?? [])];
  return values.length === 1 ? Number(values[0]) : undefined;
}

function activityOf(plan: ItemPlan, { class_uid, type_uid }: JsonObject): number | undefined {
  if (typeof class_uid !== "number" || typeof type_uid !== "number") return undefined;
  const activity = type_uid - class_uid * 100;
  return captionsOf(plan, "activity_id")?.has(String(activity)) ? activity : undefined;
}

function typeUidOf(plan: ItemPlan, { class_uid, activity_id }: JsonObject): number | undefined {
  if (typeof class_uid !== "number" || typeof activity_id !== "number") return undefined;
  const typeUid = class_uid * 100 + activity_id;
  return captionsOf(plan, "type_uid")?.has(String(typeUid)) ? typeUid : undefined;
}
