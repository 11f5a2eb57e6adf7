import { isJsonObject, isWrittenAsInteger, type JsonObject, WrittenFloat } from "../json-value.ts";
import type { EnumPlan } from "../schema/plan.ts";
import { addError, addWarning, addWrongType, type Findings, join } from "./findings.ts";

/**
 * Checks the enum attributes of a class or object, null included, and the siblings with their captions. Types are
 * checked before: values that the official code cannot convert to text are left to that check.
 */
export function judgeEnums(findings: Findings, item: JsonObject, enums: readonly EnumPlan[], parent: string): void {
  for (const plan of enums) {
    const value = item[plan.name];
    if (value === undefined) continue;
    if (plan.isArray) judgeArray(findings, item, value, plan, parent);
    else judgeValue(findings, item, value, plan, parent);
  }
}

function judgeValue(findings: Findings, item: JsonObject, value: unknown, plan: EnumPlan, parent: string): void {
  const text = toText(value);
  if (text === undefined) return;
  const caption = plan.captions.get(text);
  if (caption === undefined) {
    const path = join(parent, plan.name);
    addError(findings, "attribute_enum_value_unknown", path, `${path} has a value that ${plan.name} does not define.`);
    return;
  }
  const sibling = plan.sibling === undefined ? undefined : item[plan.sibling];
  if (plan.sibling === undefined || sibling === undefined) return;
  if ((sibling === caption) === (value !== 99)) return;
  const path = join(parent, plan.sibling);
  if (value === 99) {
    const message = `${path} should be the source's own word beside ${plan.name} 99, not "${caption}".`;
    addWarning(findings, "attribute_enum_sibling_suspicious_other", path, message);
  } else {
    const message = `${path} should be "${caption}" beside ${plan.name} ${text}.`;
    addWarning(findings, "attribute_enum_sibling_incorrect", path, message);
  }
}

function judgeArray(findings: Findings, item: JsonObject, values: unknown, plan: EnumPlan, parent: string): void {
  const path = join(parent, plan.name);
  // Null counts as absent in the type check, but an enum is checked whenever its key is present.
  if (values === null) addWrongType(findings, path, values, "an array");
  if (!Array.isArray(values)) return;
  for (const [index, value] of values.entries()) {
    const text = toText(value);
    if (text === undefined) continue;
    const caption = plan.captions.get(text);
    if (caption === undefined) {
      const message = `${path}[${index}] is a value that ${plan.name} does not define.`;
      addError(findings, "attribute_enum_array_value_unknown", `${path}[${index}]`, message);
    } else if (value !== 99 && plan.sibling !== undefined && item[plan.sibling] !== undefined) {
      judgeArraySibling(findings, item[plan.sibling], index, caption, join(parent, plan.sibling));
    }
  }
}

function judgeArraySibling(findings: Findings, siblings: unknown, index: number, caption: string, path: string): void {
  if (siblings === null) {
    if (!findings.errors.some((error) => error.path === path)) addWrongType(findings, path, siblings, "an array");
    return;
  }
  const sibling = siblingAt(siblings, index);
  const message = `${path}[${index}] must be "${caption}".`;
  if (sibling === null) addError(findings, "attribute_enum_array_sibling_missing", `${path}[${index}]`, message);
  else if (sibling !== undefined && sibling !== caption) {
    addError(findings, "attribute_enum_array_sibling_incorrect", `${path}[${index}]`, message);
  }
}

/** Returns null where the official code finds nothing; undefined where it cannot look. */
function siblingAt(siblings: unknown, index: number): unknown {
  if (Array.isArray(siblings)) return siblings[index] ?? null;
  if (isJsonObject(siblings)) return index < Object.keys(siblings).length ? siblings : null;
  return undefined;
}

/** Converts a value to text as the official code does before its look-up; undefined where that fails. */
function toText(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return isWrittenAsInteger(value) ? String(value) : "float";
    case "bigint":
    case "boolean":
      return String(value);
    default:
      if (value === null) return "";
      if (Array.isArray(value)) return listToText(value);
      return value instanceof WrittenFloat ? "float" : undefined;
  }
}

// There, a list of code points or strings is text: [49] is "1".
function listToText(list: readonly unknown[]): string | undefined {
  let text = "";
  for (const element of list) {
    const part = Array.isArray(element) ? listToText(element) : elementToText(element);
    if (part === undefined) return undefined;
    text += part;
  }
  return text;
}

function elementToText(element: unknown): string | undefined {
  if (typeof element === "string") return element;
  if (typeof element !== "number" || !Number.isInteger(element) || element < 0 || element > 0x10ffff) return undefined;
  return element >= 0xd800 && element <= 0xdfff ? undefined : String.fromCodePoint(element);
}
