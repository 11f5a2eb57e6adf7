import { isJsonObject, type JsonObject, WrittenFloat } from "./json-value.ts";
import type { AttributePlan, ItemPlan } from "./schema/plan.ts";
import { schemaPlans } from "./schema/schema-plans.ts";
import { type TimeUnit, toMilliseconds, wrongTimeUnitOf } from "./time-unit.ts";

/** A time of an event in another unit than milliseconds. */
export interface WrongTimeUnit {
  readonly path: string;
  readonly value: number;
  readonly unit: Exclude<TimeUnit, "milliseconds">;
  /** The time converted to milliseconds. */
  readonly milliseconds: number;
}

const none: readonly WrongTimeUnit[] = Object.freeze([]);
const ownTimes = ["time", "start_time", "end_time"] as const;
const metadataTimes = ["logged_time", "modified_time", "processed_time"] as const;

/**
 * Returns times of the event and its metadata in another unit, as far as visible without the schema; one shared empty
 * array if there are none.
 */
export function wrongTimeUnits(event: JsonObject): readonly WrongTimeUnit[] {
  const { metadata } = event;
  let wrong: WrongTimeUnit[] | undefined;
  for (const name of ownTimes) {
    if (isWrong(event[name])) wrong = [...(wrong ?? []), ...wrongAt(name, event[name])];
  }
  if (isJsonObject(metadata)) {
    for (const name of metadataTimes) {
      if (isWrong(metadata[name])) wrong = [...(wrong ?? []), ...wrongAt(`metadata.${name}`, metadata[name])];
    }
  }
  return wrong ?? none;
}

/** Returns all timestamps in another unit, at any depth. Members of `unmapped` are not OCSF's. */
export function allWrongTimeUnits(event: JsonObject): readonly WrongTimeUnit[] {
  const profiles = isJsonObject(event.metadata) ? event.metadata.profiles : undefined;
  const plans = schemaPlans("extended", Array.isArray(profiles) ? profiles : []);
  const plan = typeof event.class_uid === "number" ? plans.classPlan(event.class_uid) : undefined;
  if (plan === undefined) return wrongTimeUnits(event);
  const wrong: WrongTimeUnit[] = [];
  collect(event, plan, "", wrong);
  return wrong;
}

/** Hot path of every repaired event: nothing is allocated if nothing is wrong. */
function collect(item: JsonObject, plan: ItemPlan, prefix: string, wrong: WrongTimeUnit[]): void {
  for (const key of Object.keys(item)) {
    const attribute = plan.byName.get(key);
    const value = item[key];
    if (attribute === undefined) continue;
    if (!Array.isArray(value)) collectValue(value, attribute, prefix, wrong);
    else {
      for (const [index, element] of value.entries()) {
        const named = { ...attribute, name: `${attribute.name}[${index}]` };
        collectValue(element, named, prefix, wrong);
      }
    }
  }
}

function collectValue(
  value: unknown,
  { name, typeName, value: type }: AttributePlan,
  prefix: string,
  wrong: WrongTimeUnit[],
): void {
  if (type.kind === "object") {
    if (isJsonObject(value)) collect(value, type.plan(), `${prefix}${name}.`, wrong);
  } else if (typeName === "timestamp_t" && isWrong(value)) wrong.push(...wrongAt(`${prefix}${name}`, value));
}

function isWrong(value: unknown): boolean {
  const number = typeof value === "number" ? value : carefulNumber(value);
  return number !== undefined && wrongTimeUnitOf(number) !== undefined;
}

/** Reads a number of the careful parser: one written as a float, or nanoseconds beyond 2^53. */
function carefulNumber(value: unknown): number | undefined {
  if (value instanceof WrittenFloat) return value.value;
  return typeof value === "bigint" ? Number(value) : undefined;
}

function wrongAt(path: string, given: unknown): readonly WrongTimeUnit[] {
  const value = typeof given === "number" ? given : carefulNumber(given);
  const unit = value === undefined ? undefined : wrongTimeUnitOf(value);
  if (value === undefined || unit === undefined) return none;
  return [{ path, value, unit, milliseconds: toMilliseconds(value, unit) }];
}
