import { isJsonObject, type JsonObject } from "./json-value.ts";

/** One problem that `checkShape` found. */
export interface ShapeIssue {
  /** The official validator's code; `not_an_object` is this library's. */
  readonly code: "attribute_required_missing" | "attribute_wrong_type" | "not_an_object";
  readonly path: string;
  readonly message: string;
}

/**
 * Required attributes. `core`: those that every class of OCSF 1.1.0 requires. `least`: `class_uid` and `time`; others
 * only need the right type if present.
 */
export type RequiredShape = "core" | "least";

const none: readonly ShapeIssue[] = Object.freeze([]);

/**
 * Checks that the attributes every event has are present and of the right type. Takes well under a microsecond; returns
 * one shared empty array for a valid event. `validate` checks the whole event.
 */
export function checkShape(event: unknown, required: RequiredShape = "core"): readonly ShapeIssue[] {
  if (isJsonObject(event) && (required === "core" ? hasCore(event) : hasLeast(event))) return none;
  return explain(event, required);
}

function hasCore(event: JsonObject): boolean {
  return (
    Number.isInteger(event.class_uid) &&
    Number.isInteger(event.time) &&
    Number.isInteger(event.category_uid) &&
    Number.isInteger(event.activity_id) &&
    Number.isInteger(event.type_uid) &&
    Number.isInteger(event.severity_id) &&
    isJsonObject(event.metadata)
  );
}

function hasLeast(event: JsonObject): boolean {
  return (
    Number.isInteger(event.class_uid) &&
    Number.isInteger(event.time) &&
    isAbsentOrInteger(event.category_uid) &&
    isAbsentOrInteger(event.activity_id) &&
    isAbsentOrInteger(event.type_uid) &&
    isAbsentOrInteger(event.severity_id) &&
    (isAbsent(event.metadata) || isJsonObject(event.metadata))
  );
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isAbsentOrInteger(value: unknown): boolean {
  return isAbsent(value) || Number.isInteger(value);
}

const integers = [
  ["class_uid", "integer_t"],
  ["category_uid", "integer_t"],
  ["activity_id", "integer_t"],
  ["type_uid", "long_t"],
  ["severity_id", "integer_t"],
  ["time", "timestamp_t, milliseconds since the epoch as an integer"],
] as const;

function explain(event: unknown, required: RequiredShape): readonly ShapeIssue[] {
  if (!isJsonObject(event)) return [{ code: "not_an_object", path: "", message: "An event must be a JSON object." }];
  const issues: ShapeIssue[] = [];
  for (const [path, type] of integers) {
    const value = event[path];
    // The official validator reports a null class_uid as a wrong type, any other null as missing.
    if (value === undefined || (value === null && path !== "class_uid")) {
      if (required === "core" || path === "class_uid" || path === "time") issues.push(missing(path));
    } else if (!Number.isInteger(value)) issues.push(wrongType(path, type));
  }
  if (isAbsent(event.metadata)) {
    if (required === "core") issues.push(missing("metadata"));
  } else if (!isJsonObject(event.metadata)) issues.push(wrongType("metadata", "an object"));
  return issues;
}

function missing(path: string): ShapeIssue {
  return { code: "attribute_required_missing", path, message: `${path} is required and missing.` };
}

function wrongType(path: string, expected: string): ShapeIssue {
  return { code: "attribute_wrong_type", path, message: `${path} must be ${expected}.` };
}
