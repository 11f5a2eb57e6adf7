import { parseJson } from "./parse-json.ts";
import { type ValidateOptions, validate } from "./validate.ts";
import type { ValidationResult } from "./validation/codes.ts";

/**
 * Validates JSON text like `validate`, but sees whether a number is written as a float, and every digit of integers
 * beyond 2^53.
 */
export function validateText(json: string, options: ValidateOptions = {}): ValidationResult {
  let event: unknown;
  try {
    event = parseJson(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { errors: [{ code: "json_invalid", path: "", message: `The text is not JSON: ${reason}` }], warnings: [] };
  }
  return validate(event, options);
}

/** Result of validating one line: codes and paths, in the order found. */
export interface LineVerdict {
  readonly errors: readonly { readonly code: string; readonly path: string }[];
  readonly warnings: readonly { readonly code: string; readonly path: string }[];
}

/** Validates one line of NDJSON. Invalid JSON gives `json_invalid`, any other value than an object `not_an_object`. */
export function validateLine(line: string, options: ValidateOptions = {}): LineVerdict {
  const { errors, warnings } = validateText(line, options);
  return { errors: errors.map(codeAndPath), warnings: warnings.map(codeAndPath) };
}

function codeAndPath({ code, path }: { readonly code: string; readonly path: string }) {
  return { code, path };
}
