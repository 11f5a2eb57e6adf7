import { checkShape } from "../../ocsf/check-shape.ts";
import { validate } from "../../ocsf/validate.ts";
import type { WrongTimeUnit } from "../../ocsf/wrong-time-units.ts";
import { allWrongTimeUnits, wrongTimeUnits } from "../../ocsf/wrong-time-units.ts";
import type { IntakeRules } from "./intake-rules.ts";
import type { EventError } from "./event-error.ts";
import { eventError, wrongType } from "./event-error.ts";
import type { OcsfEvent } from "../../event/accepted-event.ts";
import { isObject } from "../../event/is-object.ts";
import { isDeeperThan } from "../../event/json-depth.ts";
import { textErrorOf } from "./text-error.ts";

const none: readonly EventError[] = Object.freeze([]);

/** Returns every reason to refuse a parsed event; one shared empty array if there is none. */
export function checkEvent(
  event: OcsfEvent,
  json: string,
  { maxDepth, validation }: IntakeRules,
): readonly EventError[] {
  if (validation === "off") return shapeErrors(event);
  if (isDeeperThan(json, maxDepth)) return [eventError("event_too_deep", `nested deeper than ${maxDepth} levels`)];
  const textError = textErrorOf(json);
  const errors = validation === "full" ? fullErrors(event, json) : shapeErrors(event);
  return textError === undefined ? errors : [...errors, textError];
}

function fullErrors(event: OcsfEvent, json: string): readonly EventError[] {
  const { errors } = validate(event, { schema: "extended" });
  // The official validator accepts seconds and microseconds, and dates out of range.
  if (errors.length > 0) return errors;
  const ofShape = shapeErrors(event);
  return ofShape.length === 0 && json.includes('_time"') ? allWrongTimeUnits(event).map(timeUnitError) : ofShape;
}

function shapeErrors(event: OcsfEvent): readonly EventError[] {
  const metadata = event["metadata"];
  const uid = isObject(metadata) ? metadata["uid"] : undefined;
  const issues = checkShape(event, "least");
  const wrongTimes = wrongTimeUnits(event);
  const isGood = issues.length === 0 && wrongTimes.length === 0 && isDate(event["time"]);
  if (isGood && isTextOrNothing(event["message"]) && isTextOrNothing(uid)) return none;
  const errors: EventError[] = wrongTimes.map(timeUnitError);
  const told = new Set(wrongTimes.map(({ path }) => path));
  for (const { code, path, message } of issues) {
    if (!told.has(path)) errors.push({ code: code === "not_an_object" ? "attribute_wrong_type" : code, path, message });
  }
  if (!isDate(event["time"]) && !told.has("time")) {
    errors.push(wrongType("time", "milliseconds since the epoch, within a calendar's reach"));
  }
  if (!isTextOrNothing(event["message"])) errors.push(wrongType("message", "a string"));
  if (!isTextOrNothing(uid)) errors.push(wrongType("metadata.uid", "a string"));
  return errors;
}

function timeUnitError({ path, value, unit, milliseconds }: WrongTimeUnit): EventError {
  const date = new Date(milliseconds).toISOString();
  const message = `${path} is ${value}, which looks like ${unit} since 1970 (${date}); OCSF counts milliseconds: ${milliseconds}`;
  return { code: "time_unit", path, message };
}

/** Latest time of a JavaScript date. Connectors write times as dates. */
const LATEST_TIME = 8_640_000_000_000_000;

/** A time that is not a number is refused by the shape check. */
function isDate(time: unknown): boolean {
  return typeof time !== "number" || Math.abs(time) <= LATEST_TIME;
}

function isTextOrNothing(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
}
