import type { ValidationErrorCode } from "../../ocsf/validation/codes.ts";

/** Why an event was refused. Codes are the official OCSF validator's where it has one. */
export interface EventError {
  readonly code: EventErrorCode;
  /** Dotted path in the event; empty for the whole event. */
  readonly path: string;
  readonly message: string;
}

/** Code of an `EventError`. */
export type EventErrorCode =
  | "event_too_large"
  | "event_too_deep"
  | "text_invalid"
  | "time_unit"
  | "time_unreadable"
  | ValidationErrorCode;

/** Creates an error about the whole event. */
export function eventError(code: EventErrorCode, message: string): EventError {
  return { code, path: "", message };
}

export function wrongType(path: string, expected: string): EventError {
  return { code: "attribute_wrong_type", path, message: `${path} must be ${expected}` };
}

export const notAnObject = eventError("attribute_wrong_type", "an event must be a JSON object");
