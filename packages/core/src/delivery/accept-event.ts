import type { OcsfEvent } from "./event-record.ts";
import { EventRecord } from "./event-record.ts";
import { checkShape } from "../ocsf/check-shape.ts";
import { insertUid } from "./insert-uid.ts";
import { isDeeperThan } from "./json-depth.ts";
import { newUid } from "./new-uid.ts";

/** Why an event was refused at the door; codes are the official OCSF validator's where it has one. */
export interface EventError {
  readonly code: EventErrorCode;
  /** Dotted path in the event; empty for the event as a whole. */
  readonly path: string;
  readonly message: string;
}

export type EventErrorCode =
  | "json_invalid"
  | "event_too_large"
  | "event_too_deep"
  | "text_invalid"
  | "attribute_required_missing"
  | "attribute_wrong_type";

export interface DoorLimits {
  /** Of an event's JSON text. */
  readonly maxEventBytes: number;
  /** Objects and arrays within each other. Some SIEMs refuse far less than a parser takes. */
  readonly maxDepth: number;
}

export const defaultDoorLimits: DoorLimits = { maxEventBytes: 1024 * 1024, maxDepth: 64 };

export type Acceptance = { readonly record: EventRecord } | { readonly errors: readonly EventError[] };

/** An event as text: its bytes are passed on as they came. */
export function acceptText(json: string, now: number, limits: DoorLimits = defaultDoorLimits): Acceptance {
  if (json.length > limits.maxEventBytes) return tooLarge(json, limits);
  let event: unknown;
  try {
    event = JSON.parse(json);
  } catch (error) {
    return refused("json_invalid", "", `not valid JSON: ${messageOf(error)}`);
  }
  return accept(event, json, now, limits);
}

/** An event as an object: serialised here, once. */
export function acceptObject(event: unknown, now: number, limits: DoorLimits = defaultDoorLimits): Acceptance {
  let json: string | undefined;
  try {
    json = JSON.stringify(event);
  } catch (error) {
    // Deeper than the stack, a cycle, a BigInt, or a toJSON that throws.
    return refused("json_invalid", "", `cannot be written as JSON: ${messageOf(error)}`);
  }
  if (json === undefined) return refused("attribute_wrong_type", "", "an event must be a JSON object");
  return accept(event, json, now, limits);
}

/** The record of an event that is known to be good; throws with the reasons when it is not. For tests and tools. */
export function createEventRecord(event: OcsfEvent, now = Date.now()): EventRecord {
  const acceptance = acceptObject(event, now);
  if ("record" in acceptance) return acceptance.record;
  throw new TypeError(acceptance.errors.map(({ path, message }) => `${path}: ${message}`).join("; "));
}

function accept(event: unknown, json: string, now: number, limits: DoorLimits): Acceptance {
  if (!isObject(event)) return refused("attribute_wrong_type", "", "an event must be a JSON object");
  if (json.length > limits.maxEventBytes) return tooLarge(json, limits);
  if (isDeeperThan(json, limits.maxDepth)) {
    return refused("event_too_deep", "", `nested deeper than ${limits.maxDepth} levels`);
  }
  const errors: EventError[] = checkShape(event, "least").map(({ path, message, ...issue }) => {
    return { code: issue.code === "not_an_object" ? "attribute_wrong_type" : issue.code, path, message };
  });
  const time = integerAt(event, "time");
  if (Math.abs(time) > LATEST_TIME)
    errors.push(wrongType("time", "milliseconds since the epoch, within a calendar's reach"));
  const metadata = objectAt(event, "metadata");
  checkText(event["message"], "message", errors);
  checkText(metadata?.["uid"], "metadata.uid", errors);
  const textError = textErrorOf(json);
  if (textError !== undefined) errors.push(textError);
  if (errors.length > 0) return { errors };

  const givenId = textOf(metadata?.["uid"]);
  const id = givenId ?? newUid();
  const line = oneLine(json);
  return {
    record: new EventRecord({
      id,
      orgId: orgOf(metadata, objectAt(event, "actor")),
      classUid: integerAt(event, "class_uid"),
      severityId: integerAt(event, "severity_id"),
      time,
      acceptedAt: now,
      json: givenId === undefined ? insertUid(withoutEmptyUid(line, event), id) : line,
    }),
  };
}

type Members = { readonly [key: string]: unknown };

function isObject(value: unknown): value is OcsfEvent {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The last millisecond that a JavaScript date can show; connectors write times as dates. */
const LATEST_TIME = 8_640_000_000_000_000;

/** Absent, which the shape check allows where this is not required, reads as 0: OCSF's Unknown. */
function integerAt(event: OcsfEvent, key: string): number {
  const value = event[key];
  return typeof value === "number" ? value : 0;
}

function objectAt(event: OcsfEvent, key: string): Members | undefined {
  const value = event[key];
  return isObject(value) ? value : undefined;
}

function checkText(value: unknown, path: string, errors: EventError[]): void {
  if (value === undefined || value === null || typeof value === "string") return;
  errors.push(wrongType(path, "a string"));
}

function wrongType(path: string, expected: string): EventError {
  return { code: "attribute_wrong_type", path, message: `${path} must be ${expected}` };
}

/** A lone surrogate or a NUL is legal in JSON's grammar and poison further on: receivers cut, replace or refuse it. */
function textErrorOf(json: string): EventError | undefined {
  if (!json.includes("\\u")) return undefined;
  if (NUL_ESCAPE.test(json)) {
    return { code: "text_invalid", path: "", message: "a string holds a NUL character (\\u0000)" };
  }
  if (SURROGATE_ESCAPE.test(json) && !isWellFormed(json)) {
    return {
      code: "text_invalid",
      path: "",
      message: "a string holds half of a surrogate pair, which is no character",
    };
  }
  return undefined;
}

// An even number of backslashes before it would make it text, not an escape.
const NUL_ESCAPE = /(?<!\\)(?:\\\\)*\\u0000/;
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function isWellFormed(json: string): boolean {
  let wellFormed = true;
  JSON.parse(json, (key, value: unknown) => {
    if (LONE_SURROGATE.test(key) || (typeof value === "string" && LONE_SURROGATE.test(value))) wellFormed = false;
    return value;
  });
  return wellFormed;
}

/** A line break in valid JSON stands between tokens, never in a string, so a space means the same. */
function oneLine(json: string): string {
  return json.includes("\n") || json.includes("\r") ? json.replaceAll(/[\r\n]/g, " ") : json;
}

/** Without a `metadata.uid` that is null or empty, so that the one to be inserted is the only key of its name. */
function withoutEmptyUid(json: string, event: OcsfEvent): string {
  const { metadata } = event;
  if (metadata === undefined || (isObject(metadata) && !("uid" in metadata))) return json;
  const { uid: _empty, ...rest } = isObject(metadata) ? metadata : {};
  return JSON.stringify({ ...event, metadata: rest });
}

/** The organisation whose event it is: where the platform documents it, then OCSF's own homes. */
function orgOf(metadata: Members | undefined, actor: Members | undefined): string | null {
  const user = actor?.["user"];
  return (
    uidOf(actor?.["org"]) ?? textOf(metadata?.["tenant_uid"]) ?? uidOf(isObject(user) ? user["org"] : undefined) ?? null
  );
}

function uidOf(value: unknown): string | undefined {
  return isObject(value) ? textOf(value["uid"]) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function tooLarge(json: string, { maxEventBytes }: DoorLimits): Acceptance {
  return refused("event_too_large", "", `the event has ${json.length} characters, the limit is ${maxEventBytes} bytes`);
}

function refused(code: EventErrorCode, path: string, message: string): Acceptance {
  return { errors: [{ code, path, message }] };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
