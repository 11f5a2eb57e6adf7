import { isJsonObject } from "../json-value.ts";
import type { ItemPlan } from "../schema/plan.ts";
import { addError, type Findings } from "./findings.ts";

/** Checks that each observable's `name` is a path the class defines, by definitions and not by the event's data. */
export function judgeObservables(findings: Findings, observables: unknown, plan: ItemPlan): void {
  if (!Array.isArray(observables)) return;
  for (const [index, observable] of observables.entries()) {
    if (!isJsonObject(observable) || typeof observable.name !== "string") continue;
    if (refersToAttribute(observable.name, plan)) continue;
    const path = `observables[${index}].name`;
    const message = `${path} is not the path of an attribute of ${plan.source.name}.`;
    addError(findings, "observable_name_invalid_reference", path, message);
  }
}

const dotOutsideBrackets = /\.(?![^[]*\])/;
const arrayNotation = /^([^[]+)\[[^\n]*\]\n?$/;

function refersToAttribute(name: string, start: ItemPlan): boolean {
  let plan = start;
  const steps = name.split(dotOutsideBrackets);
  for (const [index, step] of steps.entries()) {
    const base = arrayNotation.exec(step)?.[1];
    const attribute = plan.byName.get(base ?? step);
    if (attribute === undefined) return false;
    if (index === steps.length - 1) return true;
    if (base !== undefined && !attribute.isArray) return false;
    if (attribute.value.kind !== "object") return false;
    plan = attribute.value.plan();
  }
  return false;
}
