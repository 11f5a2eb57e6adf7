import { WrittenFloat } from "../json-value.ts";
import type { Issue, ValidationErrorCode, ValidationWarningCode } from "./codes.ts";

/** Findings of one validation, in the order found. */
export interface Findings {
  readonly errors: Issue<ValidationErrorCode>[];
  readonly warnings: Issue<ValidationWarningCode>[];
  readonly missingRecommended: boolean;
}

export function addError(findings: Findings, code: ValidationErrorCode, path: string, message: string): void {
  findings.errors.push({ code, path, message });
}

export function addWarning(findings: Findings, code: ValidationWarningCode, path: string, message: string): void {
  findings.warnings.push({ code, path, message });
}

export function addWrongType(findings: Findings, path: string, value: unknown, expected: string): void {
  addError(findings, "attribute_wrong_type", path, `${path} must be ${expected}, not ${describe(value)}.`);
}

export function addMissing(findings: Findings, path: string): void {
  addError(findings, "attribute_required_missing", path, `${path} is required and missing.`);
}

export function join(parent: string, name: string): string {
  return parent === "" ? name : `${parent}.${name}`;
}

/** Describes the kind of a value for a message. The value itself may be long or secret and is left out. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? "an integer" : "a float";
    case "bigint":
      return "an integer";
    case "object":
      return value instanceof WrittenFloat ? "a float" : "an object";
    default:
      return `a ${typeof value}`;
  }
}
