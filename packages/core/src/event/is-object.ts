import type { OcsfEvent } from "./accepted-event.ts";

/** A JSON object, which an array is not. */
export function isObject(value: unknown): value is OcsfEvent {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
