import { profileNames } from "../ocsf/generated/schema-tables.ts";
import { classUids } from "../ocsf/known-classes.ts";
import type { AttributePlan, ItemPlan } from "../ocsf/schema/plan.ts";
import { schemaPlans } from "../ocsf/schema/schema-plans.ts";

/** What a filter may do with an attribute. `any`: what it holds is known only when an event is there. */
export type Kind =
  | { readonly kind: "number" | "text" | "boolean" | "any" }
  | { readonly kind: "object"; readonly plans: readonly ItemPlan[] }
  | { readonly kind: "list"; readonly of: Kind };

const ANY: Kind = { kind: "any" };

/** Returns the event as an attribute: what the given classes have, or all classes. Every profile counts as listed. */
export function eventKind(uids?: readonly number[]): Kind {
  if (uids !== undefined) return kindOfClasses(uids);
  anyEvent ??= kindOfClasses(classUids());
  return anyEvent;
}

let anyEvent: Kind | undefined;

function kindOfClasses(uids: readonly number[]): Kind {
  const plans = schemaPlans("extended", profileNames);
  const known = uids.flatMap((uid) => plans.classPlan(uid) ?? []);
  // An event of a class that only an extension knows has at least what all have.
  const base = plans.classPlan(0);
  return { kind: "object", plans: known.length > 0 || base === undefined ? known : [base] };
}

/** Returns the kind of a member; undefined if no class has it. */
export function memberKind(of: Kind, name: string): Kind | undefined {
  if (of.kind === "any") return ANY;
  if (of.kind !== "object") return undefined;
  // OCSF's type `object` has no attributes, and takes any.
  if (of.plans.some(({ attributes }) => attributes.length === 0)) return ANY;
  const found = of.plans.flatMap((plan) => plan.byName.get(name) ?? []);
  return found.length === 0 ? undefined : joined(found);
}

export function memberNames(of: Kind): ReadonlySet<string> {
  return new Set(of.kind === "object" ? of.plans.flatMap(({ byName }) => [...byName.keys()]) : []);
}

/** The kind that several classes' attributes of one name have in common. */
function joined(attributes: readonly AttributePlan[]): Kind {
  const isArray = attributes[0]?.isArray === true;
  if (attributes.some((attribute) => attribute.isArray !== isArray)) return ANY;
  const kind = joinedValues(attributes);
  return isArray ? { kind: "list", of: kind } : kind;
}

function joinedValues(attributes: readonly AttributePlan[]): Kind {
  const plans: ItemPlan[] = [];
  const kinds = new Set<Kind["kind"]>();
  for (const { value } of attributes) {
    if (value.kind === "object") {
      kinds.add("object");
      const plan = value.plan();
      if (!plans.includes(plan)) plans.push(plan);
    } else kinds.add(scalarKind(value.primitive));
  }
  const [kind, ...others] = kinds;
  if (others.length > 0 || kind === undefined || kind === "list") return ANY;
  return kind === "object" ? { kind, plans } : { kind };
}

function scalarKind(primitive: string): "number" | "text" | "boolean" | "any" {
  switch (primitive) {
    case "boolean":
      return "boolean";
    case "string":
      return "text";
    case "json":
      return "any";
    default:
      return "number";
  }
}

/** Names a kind for a message. */
export function kindText(kind: Kind): string {
  if (kind.kind === "list") return `a list of ${kind.of.kind === "any" ? "anything" : `${kind.of.kind}s`}`;
  if (kind.kind === "any") return "of any type";
  return `${kind.kind === "object" ? "an" : "a"} ${kind.kind}`;
}
