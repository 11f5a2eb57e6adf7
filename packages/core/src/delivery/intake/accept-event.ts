import { parseJson } from "../../ocsf/parse-json.ts";
import { stringifyEvent } from "../../ocsf/stringify-event.ts";
import { checkEvent } from "./check-event.ts";
import type { IntakeLimits, IntakeRules } from "./intake-rules.ts";
import { defaultIntakeLimits } from "./intake-rules.ts";
import type { EventError } from "./event-error.ts";
import { eventError, notAnObject } from "./event-error.ts";
import type { OcsfEvent } from "../../event/accepted-event.ts";
import { AcceptedEvent } from "../../event/accepted-event.ts";
import type { JsonPatch } from "../../event/json-patch.ts";
import { mergePatches, patchJson } from "../../event/json-patch.ts";
import { newUid } from "../../event/new-uid.ts";
import type { Routing } from "./read-routing.ts";
import { readRouting } from "./read-routing.ts";
import { repairEvent } from "./repair-event.ts";
import { textErrorOf } from "./text-error.ts";

export type Acceptance = Accepted | Refused;

export interface Accepted {
  readonly record: AcceptedEvent;
  /** Something was filled in, because the rules say to repair. */
  readonly isRepaired: boolean;
}

export interface Refused {
  readonly errors: readonly EventError[];
}

/** An event as text: its bytes are passed on as they came. */
export function acceptText(json: string, now: number, rules: IntakeRules = defaultIntakeLimits): Acceptance {
  if (json.length > rules.maxEventBytes) return { errors: [tooLarge(json, rules)] };
  if (rules.validation === "off" && rules.repair !== true && rules.enrich === undefined) {
    // Where the quick reading is not sure, the event is judged like any other.
    const routing = readRouting(json);
    if (routing !== undefined) return { record: recordOf(routing, oneLine(json), now, undefined), isRepaired: false };
  }
  const parsed = rules.validation === "full" ? parsedWithCare(json) : parsedPlainly(json);
  return "errors" in parsed ? parsed : accept(parsed.value, json, now, rules);
}

/** An event as an object: serialised here, once. */
export function acceptObject(
  event: unknown,
  now: number,
  rules: IntakeRules = defaultIntakeLimits,
  write: (event: object) => string = stringifyEvent,
): Acceptance {
  if (!isObject(event)) return { errors: [notAnObject] };
  let json: string;
  try {
    json = write(event);
    // A toJSON of its own may have made anything of it.
    if (!json.startsWith("{")) return { errors: [notAnObject] };
  } catch (error) {
    // Deeper than the stack, a cycle, a BigInt, or a toJSON that throws.
    return { errors: [eventError("json_invalid", `cannot be written as JSON: ${messageOf(error)}`)] };
  }
  if (json.length > rules.maxEventBytes) return { errors: [tooLarge(json, rules)] };
  if (rules.validation !== "full") return accept(event, json, now, rules);
  // Judged as it is written: 39 where OCSF has a float is 39.0 by now.
  const parsed = parsedWithCare(json);
  return "errors" in parsed ? parsed : accept(parsed.value, json, now, rules);
}

/** The record of an event that is known to be good; throws with the reasons when it is not. For tests and tools. */
export function createEventRecord(event: OcsfEvent, now = Date.now()): AcceptedEvent {
  const acceptance = acceptObject(event, now);
  if ("record" in acceptance) return acceptance.record;
  throw new TypeError(acceptance.errors.map(({ path, message }) => `${path}: ${message}`).join("; "));
}

type Parsed = { readonly value: unknown } | Refused;

function parsedPlainly(json: string): Parsed {
  try {
    return { value: JSON.parse(json) };
  } catch (error) {
    return notJson(error);
  }
}

/** The text as a value that keeps floats and large integers; or why it is none. */
export function parsedWithCare(json: string): Parsed {
  try {
    return { value: parseJson(json) };
  } catch (error) {
    // Half of a surrogate pair is among what this parser refuses.
    const plain = parsedPlainly(json);
    const textError = "errors" in plain ? undefined : textErrorOf(json);
    return textError === undefined ? notJson(error) : { errors: [textError] };
  }
}

function notJson(error: unknown): Refused {
  return { errors: [eventError("json_invalid", `not valid JSON: ${messageOf(error)}`)] };
}

function accept(given: unknown, json: string, now: number, rules: IntakeRules): Acceptance {
  if (!isObject(given)) return { errors: [notAnObject] };
  const { event, patch: repaired } = rules.repair === true ? repairEvent(given) : { event: given, patch: undefined };
  const errors = checkEvent(event, json, rules);
  if (errors.length > 0) return { errors };
  const patch = merged(repaired, rules.enrich?.(event, now));
  return { record: recordOf(routingOf(event), oneLine(json), now, patch), isRepaired: repaired !== undefined };
}

function merged(under: JsonPatch | undefined, over: JsonPatch | undefined): JsonPatch | undefined {
  if (under === undefined || over === undefined) return under ?? over;
  return mergePatches(under, over);
}

/** The record, with an identity in its text too. Every event passes here: no spread, and nothing that is not needed. */
function recordOf(routing: Routing, json: string, acceptedAt: number, patch: JsonPatch | undefined): AcceptedEvent {
  const { orgId, classUid, severityId, time } = routing;
  let { id } = routing;
  let all = patch;
  if (id === undefined) {
    id = newUid();
    all = merged(patch, { metadata: { uid: JSON.stringify(id) } });
  }
  const text = all === undefined ? json : patchJson(json, all);
  return new AcceptedEvent({ id, orgId, classUid, severityId, time, acceptedAt, json: text });
}

/** Absent, which the shape check allows where this is not required, reads as 0: OCSF's Unknown. */
function routingOf(event: OcsfEvent): Routing {
  const metadata = objectAt(event, "metadata");
  return {
    id: textOf(metadata?.["uid"]),
    orgId: orgOf(metadata, objectAt(event, "actor")),
    classUid: integerAt(event, "class_uid"),
    severityId: integerAt(event, "severity_id"),
    time: integerAt(event, "time"),
  };
}

/** The organisation whose event it is: where the platform documents it, then OCSF's own homes. */
function orgOf(metadata: OcsfEvent | undefined, actor: OcsfEvent | undefined): string | null {
  const user = actor?.["user"];
  return (
    uidOf(actor?.["org"]) ?? textOf(metadata?.["tenant_uid"]) ?? uidOf(isObject(user) ? user["org"] : undefined) ?? null
  );
}

function integerAt(event: OcsfEvent, key: string): number {
  const value = event[key];
  return typeof value === "number" ? value : 0;
}

function objectAt(event: OcsfEvent, key: string): OcsfEvent | undefined {
  const value = event[key];
  return isObject(value) ? value : undefined;
}

function uidOf(value: unknown): string | undefined {
  return isObject(value) ? textOf(value["uid"]) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isObject(value: unknown): value is OcsfEvent {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A line break in valid JSON stands between tokens, never in a string, so a space means the same. */
function oneLine(json: string): string {
  return json.includes("\n") || json.includes("\r") ? json.replaceAll(/[\r\n]/g, " ") : json;
}

function tooLarge(json: string, { maxEventBytes }: IntakeLimits): EventError {
  return eventError("event_too_large", `the event has ${json.length} characters, the limit is ${maxEventBytes} bytes`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
