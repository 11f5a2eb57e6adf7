import { checkShape } from "../ocsf/check-shape.ts";
import { validate } from "../ocsf/validate.ts";
import type { Door } from "./door.ts";
import type { EventError } from "./event-error.ts";
import { eventError, wrongType } from "./event-error.ts";
import type { OcsfEvent } from "./event-record.ts";
import { isDeeperThan } from "./json-depth.ts";
import { textErrorOf } from "./text-error.ts";

const none: readonly EventError[] = Object.freeze([]);

/** Everything that keeps a parsed event out; one shared empty array when nothing does. */
export function checkEvent(event: OcsfEvent, json: string, { maxDepth, validation }: Door): readonly EventError[] {
  if (validation === "off") return shapeErrors(event);
  if (isDeeperThan(json, maxDepth)) return [eventError("event_too_deep", `nested deeper than ${maxDepth} levels`)];
  const textError = textErrorOf(json);
  const errors = validation === "full" ? fullErrors(event) : shapeErrors(event);
  return textError === undefined ? errors : [...errors, textError];
}

function fullErrors(event: OcsfEvent): readonly EventError[] {
  const { errors } = validate(event, { schema: "extended" });
  // The validator has no opinion on what a date can show.
  return errors.length > 0 ? errors : shapeErrors(event);
}

function shapeErrors(event: OcsfEvent): readonly EventError[] {
  const metadata = event["metadata"];
  const uid = isObject(metadata) ? metadata["uid"] : undefined;
  const issues = checkShape(event, "least");
  if (issues.length === 0 && isDate(event["time"]) && isTextOrNothing(event["message"]) && isTextOrNothing(uid)) {
    return none;
  }
  const errors: EventError[] = issues.map(({ code, path, message }) => {
    return { code: code === "not_an_object" ? "attribute_wrong_type" : code, path, message };
  });
  if (!isDate(event["time"])) errors.push(wrongType("time", "milliseconds since the epoch, within a calendar's reach"));
  if (!isTextOrNothing(event["message"])) errors.push(wrongType("message", "a string"));
  if (!isTextOrNothing(uid)) errors.push(wrongType("metadata.uid", "a string"));
  return errors;
}

/** The last millisecond that a JavaScript date can show; connectors write times as dates. */
const LATEST_TIME = 8_640_000_000_000_000;

/** A time that is no number at all is the shape check's to refuse. */
function isDate(time: unknown): boolean {
  return typeof time !== "number" || Math.abs(time) <= LATEST_TIME;
}

function isTextOrNothing(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
}

function isObject(value: unknown): value is OcsfEvent {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
