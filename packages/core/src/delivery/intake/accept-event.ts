import { messageOf } from "../../errors.ts";
import { parseJson } from "../../ocsf/parse-json.ts";
import { stringifyEvent } from "../../ocsf/stringify-event.ts";
import { checkEvent } from "./check-event.ts";
import type { IntakeLimits, IntakeRules } from "./intake-rules.ts";
import { defaultIntakeLimits } from "./intake-rules.ts";
import type { EventError } from "./event-error.ts";
import { eventError, notAnObject } from "./event-error.ts";
import type { OcsfEvent } from "../../event/accepted-event.ts";
import { AcceptedEvent } from "../../event/accepted-event.ts";
import { isObject } from "../../event/is-object.ts";
import type { JsonPatch } from "../../event/json-patch.ts";
import { mergePatches, patchJson } from "../../event/json-patch.ts";
import { newUid } from "../../event/new-uid.ts";
import type { Routing } from "./read-routing.ts";
import { readRouting } from "./read-routing.ts";
import { repairEvent } from "./repair-event.ts";
import { textErrorOf } from "./text-error.ts";

/** Result of checking one event: its record, or the reasons of refusal. */
export type Acceptance = Accepted | Refused;

export interface Accepted {
  readonly record: AcceptedEvent;
  /** Whether the event was repaired. */
  readonly isRepaired: boolean;
}

export interface Refused {
  readonly errors: readonly EventError[];
}

/**
 * Checks an event given as JSON text, whose bytes are passed on unchanged. Returns the accepted event or the reasons of
 * refusal. `now` is in milliseconds since the epoch.
 */
export function acceptText(json: string, now: number, rules: IntakeRules = defaultIntakeLimits): Acceptance {
  if (json.length > rules.maxEventBytes) return { errors: [tooLarge(json, rules)] };
  if (rules.validation === "off" && rules.repair !== true && rules.enrich === undefined) {
    // If the fast reader is unsure, the event takes the usual path.
    const routing = readRouting(json);
    if (routing !== undefined) return { record: recordOf(routing, oneLine(json), now, undefined), isRepaired: false };
  }
  const parsed = rules.validation === "full" ? parsedWithCare(json) : parsedPlainly(json);
  return "errors" in parsed ? parsed : accept(parsed.value, json, now, rules);
}

/**
 * Checks an event given as an object and serialises it once. Returns the accepted event or the reasons of refusal.
 * `now` is in milliseconds since the epoch.
 */
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
    // Its own toJSON may have returned anything.
    if (!json.startsWith("{")) return { errors: [notAnObject] };
  } catch (error) {
    // Nesting deeper than the stack, a cycle, a BigInt, or a toJSON that throws.
    return { errors: [eventError("json_invalid", `cannot be written as JSON: ${messageOf(error)}`)] };
  }
  if (json.length > rules.maxEventBytes) return { errors: [tooLarge(json, rules)] };
  if (rules.validation !== "full") return accept(event, json, now, rules);
  // Check what was written: 39 where OCSF has a float is 39.0 by now.
  const parsed = parsedWithCare(json);
  return "errors" in parsed ? parsed : accept(parsed.value, json, now, rules);
}

/** Creates the record of a valid event. Throws with the reasons for an invalid one. For tests and tools. */
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

/** Parses text, keeping floats and large integers; or returns why it is invalid. */
export function parsedWithCare(json: string): Parsed {
  try {
    return { value: parseJson(json) };
  } catch (error) {
    // This parser also refuses lone surrogates.
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

/** Creates the record, and adds an id to the text if it has none. Hot path: every event passes here. */
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

/** An absent number reads as 0, OCSF's Unknown. The shape check allows absence where it is not required. */
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

/** Returns the event's organisation: from the platform's documented place, then from OCSF's own. */
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

/** In valid JSON, a raw line break only stands between tokens, so that a space is equivalent. */
function oneLine(json: string): string {
  return json.includes("\n") || json.includes("\r") ? json.replaceAll(/[\r\n]/g, " ") : json;
}

function tooLarge(json: string, { maxEventBytes }: IntakeLimits): EventError {
  return eventError("event_too_large", `the event has ${json.length} characters, the limit is ${maxEventBytes} bytes`);
}
