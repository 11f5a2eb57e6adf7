import type { ValidateOptions, ValidationResult } from "@arbitex/core/ocsf";
import { validateText } from "@arbitex/core/ocsf";
import type { InputLine } from "../../reading/input-lines.ts";

/** The validator's result for a line, including a line that is not JSON. */
export interface LineVerdict {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

export interface Finding {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

export function judgeLine(line: InputLine, options: ValidateOptions): LineVerdict | ValidationResult {
  switch (line.kind) {
    case "text":
      return validateText(line.text, options);
    case "too-long":
      return refused("event_too_large", `The line has ${line.bytes} bytes, too many to be judged.`);
    case "not-utf8":
      return refused("json_invalid", "The line is not valid UTF-8.");
    default:
      return line satisfies never;
  }
}

function refused(code: string, message: string): LineVerdict {
  return { errors: [{ code, path: "", message }], warnings: [] };
}

const CLEAN = '{"errors":[],"warnings":[]}\n';

/** The verdict as a line of JSON: codes and paths, in the order found. */
export function verdictLine({ errors, warnings }: LineVerdict): string {
  if (errors.length === 0 && warnings.length === 0) return CLEAN;
  return `${JSON.stringify({ errors: errors.map(codeAndPath), warnings: warnings.map(codeAndPath) })}\n`;
}

function codeAndPath({ code, path }: Finding) {
  return { code, path };
}
