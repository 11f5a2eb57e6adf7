import { isJsonObject, type JsonObject } from "../json-value.ts";
import type { AttributePlan, ItemPlan } from "../schema/plan.ts";
import { addError, addMissing, addWarning, addWrongType, type Findings, join } from "./findings.ts";
import { judgeEnums } from "./judge-enums.ts";
import { judgeScalar } from "./judge-scalar.ts";

// Far above any real event and far below the stack's limit: processes may nest in processes.
const deepest = 500;

/** Checks the attributes of a class or object: types, unknown keys, enums. The caller checks its constraints. */
export function judgeAttributes(findings: Findings, item: JsonObject, plan: ItemPlan, path: string, depth = 0): void {
  for (const attribute of plan.attributes) {
    const value = item[attribute.name];
    if (value === undefined || value === null) {
      if (attribute.requirement !== "opt") judgeAbsence(findings, attribute, path);
    } else judgePresence(findings, value, attribute, join(path, attribute.name), depth);
  }
  judgeUnknownKeys(findings, item, plan, path);
  judgeEnums(findings, item, plan.enums, path);
}

/** Checks constraints. A present key counts, even if null. */
export function judgeConstraints(findings: Findings, item: JsonObject, plan: ItemPlan, path: string): void {
  for (const [kind, names] of plan.constraints) {
    const present = names.filter((name) => item[name] !== undefined).length;
    if (kind === "just_one" ? present === 1 : present > 0) continue;
    const where = path === "" ? plan.source.name : path;
    const wanted = kind === "just_one" ? "exactly one" : "at least one";
    addError(findings, "constraint_failed", path, `${where} needs ${wanted} of ${names.join(", ")}.`);
  }
}

function judgeAbsence(findings: Findings, attribute: AttributePlan, parent: string): void {
  const path = join(parent, attribute.name);
  if (attribute.requirement === "req") addMissing(findings, path);
  else if (findings.missingRecommended) {
    addWarning(findings, "attribute_recommended_missing", path, `${path} is recommended and missing.`);
  }
}

function judgePresence(
  findings: Findings,
  value: unknown,
  attribute: AttributePlan,
  path: string,
  depth: number,
): void {
  if (attribute.deprecated !== undefined) {
    const { message, since } = attribute.deprecated;
    addWarning(findings, "attribute_deprecated", path, `${path} is deprecated since ${since}. ${message}`);
  }
  if (!attribute.isArray) judgeSingle(findings, value, attribute, path, depth);
  else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      judgeSingle(findings, value[index], attribute, `${path}[${index}]`, depth);
    }
  } else addWrongType(findings, path, value, `an array of ${attribute.typeName}`);
}

function judgeSingle(findings: Findings, value: unknown, attribute: AttributePlan, path: string, depth: number): void {
  if (attribute.value.kind === "scalar") judgeScalar(findings, value, attribute.value, path);
  else if (isJsonObject(value)) judgeObject(findings, value, attribute.value.plan(), path, depth + 1);
  else addWrongType(findings, path, value, `an object (${attribute.typeName})`);
}

function judgeObject(findings: Findings, item: JsonObject, plan: ItemPlan, path: string, depth: number): void {
  if (depth > deepest) {
    addError(findings, "nested_too_deep", path, `Objects nest more than ${deepest} deep; the rest was not looked at.`);
    return;
  }
  const { deprecated, name } = plan.source;
  if (deprecated !== undefined) {
    const message = `${path}: object ${name} is deprecated since ${deprecated.since}. ${deprecated.message}`;
    addWarning(findings, "object_deprecated", path, message);
  }
  judgeAttributes(findings, item, plan, path, depth);
  judgeConstraints(findings, item, plan, path);
}

function judgeUnknownKeys(findings: Findings, item: JsonObject, plan: ItemPlan, parent: string): void {
  // An object without attributes, such as `unmapped`'s, takes anything.
  if (plan.attributes.length === 0) return;
  for (const key of Object.keys(item)) {
    if (plan.byName.has(key) || item[key] === undefined) continue;
    const path = join(parent, key);
    addError(findings, "attribute_unknown", path, `${path} is not an attribute of ${plan.source.name}.`);
  }
}
