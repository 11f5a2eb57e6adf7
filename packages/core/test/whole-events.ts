import { profileNames } from "../src/ocsf/generated/schema-tables.ts";
import { classUids } from "../src/ocsf/known-classes.ts";
import type { AttributePlan, EnumPlan, ItemPlan } from "../src/ocsf/schema/plan.ts";
import { schemaPlans } from "../src/ocsf/schema/schema-plans.ts";

const DEPTH = 3;

type Wants = (attribute: AttributePlan) => boolean;

/**
 * Makes an event of every class of OCSF 1.1.0 with each attribute that `wants` takes, to some depth, under every
 * profile, with the arbitex extension.
 */
export function wholeEvents(wants: Wants): readonly Record<string, unknown>[] {
  const plans = schemaPlans("extended", profileNames);
  return classUids().flatMap((uid) => {
    const plan = plans.classPlan(uid);
    if (plan === undefined) return [];
    const event = itemOf(plan, wants, 0);
    const activityId = Number(event["activity_id"] ?? 0);
    return [
      {
        ...event,
        type_uid: uid * 100 + activityId,
        type_name: plan.enums.find(({ name }) => name === "type_uid")?.captions.get(String(uid * 100 + activityId)),
        metadata: {
          ...(event["metadata"] as object),
          version: "1.1.0",
          profiles: [...profileNames],
          uid: `event-${uid}`,
        },
        observables: undefined,
        unmapped: { kept: "as it was" },
      },
    ].map((one) => JSON.parse(JSON.stringify(one)));
  });
}

function itemOf({ attributes, enums, constraints }: ItemPlan, wants: Wants, depth: number): Record<string, unknown> {
  const item: Record<string, unknown> = {};
  const constrained = new Set(constraints.flatMap(([, names]) => names));
  for (const attribute of attributes) {
    const { name, requirement, isArray } = attribute;
    const isNeeded = requirement === "req" || constrained.has(name);
    if (!isNeeded && (depth >= DEPTH || !wants(attribute))) continue;
    if (depth > DEPTH + 3) continue;
    const value = valueOf(
      attribute,
      enums.find((one) => one.name === name),
      wants,
      depth,
    );
    item[name] = isArray ? [value] : value;
  }
  for (const [kind, names] of constraints) {
    const present = names.filter((name) => name in item);
    if (kind === "just_one") for (const name of present.slice(1)) delete item[name];
  }
  for (const { name, sibling, captions, isArray } of enums) {
    if (sibling !== undefined && item[sibling] !== undefined) {
      const caption = captions.get(String(isArray ? (item[name] as unknown[])?.[0] : item[name]));
      if (item[name] === undefined) delete item[sibling];
      else item[sibling] = isArray ? [caption] : caption;
    }
  }
  return item;
}

function valueOf(attribute: AttributePlan, values: EnumPlan | undefined, wants: Wants, depth: number): unknown {
  const { value, name } = attribute;
  if (value.kind === "object") return itemOf(value.plan(), wants, depth + 1);
  const [first] = values?.captions.keys() ?? [];
  switch (value.primitive) {
    case "integer":
    case "long":
      return first === undefined ? 1 : Number(first);
    case "float":
      return 1.5;
    case "boolean":
      return true;
    case "json":
      return { any: [1] };
    default:
      return first ?? (name.endsWith("email_addr") ? "ada@example.com" : "text");
  }
}
