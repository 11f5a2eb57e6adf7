import type { ActionMapping } from "./audit/action.ts";
import { judge } from "./audit/judgement.ts";
import { mapAction } from "./audit/map-action.ts";
import { type ReadOutcome, readOutcome } from "./audit/outcome.ts";
import { judgeFinding, kindsOf, takenAction, titleOf } from "./audit/read-finding.ts";
import { readDestination, readSource } from "./audit/read-source.ts";
import { readChange } from "./audit/read-change.ts";
import { unmappedFields } from "./audit/audit-record-fields.ts";
import { type AuditRecordTime, auditRecordTime } from "./audit/audit-record-time.ts";
import { auditRecordUid } from "./audit/audit-record-uid.ts";
import { detailOf, numberOf, textOf } from "./audit/audit-record-values.ts";
import { createEventBuilders, type EventBuilders, type EventBuildersOptions } from "./builders/event-builders.ts";
import type { EventFacts, RequestFacts } from "./builders/facts.ts";
import type { TypedEvent } from "./generated/classes/index.ts";
import { joinUnmapped } from "./join-unmapped.ts";
import type { JsonObject } from "./json-value.ts";
import { render } from "./rendering.ts";

/** Options of the mapping of audit records. */
export interface AuditRecordOptions extends EventBuildersOptions {
  /** Keep `prompt_text` and `response_text` under `unmapped`. Default false, since they are the customer's own text. */
  readonly includeContent?: boolean;
  /** Time of an audit record without one, in milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
}

/** The event of an audit record, and what the mapping had to assume. */
export interface AuditRecordEvent {
  readonly event: TypedEvent;
  /** The audit record's action as written; empty if it had none. */
  readonly action: string;
  /** False for an action explained neither by the table nor by its words: the event is activity 99. Worth counting. */
  readonly known: boolean;
  /** False if the audit record had no time: the event has the clock's and says so. */
  readonly timed: boolean;
}

/**
 * Maps an audit record of the platform to an OCSF event. For many, create a mapper with `createAuditRecordMapper`.
 * Throws a `RangeError` for a time that cannot be read, since any other time would be wrong.
 */
export function fromAuditRecord(auditRecord: JsonObject, options: AuditRecordOptions = {}): AuditRecordEvent {
  return createAuditRecordMapper(options)(auditRecord);
}

/**
 * Creates a function that maps audit records to events, faster than `fromAuditRecord` for many. It throws a
 * `RangeError` for a time that cannot be read.
 */
export function createAuditRecordMapper(
  options: AuditRecordOptions = {},
): (auditRecord: JsonObject) => AuditRecordEvent {
  const map = createAuditRecordMapping(options);
  return (auditRecord) => {
    const mapped = map(auditRecord);
    if ("event" in mapped) return mapped;
    throw new RangeError(unreadableTime(mapped));
  };
}

type ReadableTime = Exclude<AuditRecordTime, { kind: "unreadable" }>;
/** An unreadable time with its field. */
export type UnreadableTime = Extract<AuditRecordTime, { kind: "unreadable" }>;

export function unreadableTime({ field, value }: UnreadableTime): string {
  return `the time of an audit record cannot be read: ${field} is ${value}; write ISO 8601 (2026-11-30T09:00:00.123Z) or a number of milliseconds since 1970`;
}

/** Like `createAuditRecordMapper`, but returns an unreadable time as a value. */
export function createAuditRecordMapping(
  options: AuditRecordOptions = {},
): (auditRecord: JsonObject) => AuditRecordEvent | UnreadableTime {
  const { rendering = "arbitex", ...rest } = options;
  // The mapping is defined for the documented rendering; the other is derived from it.
  const builders = createEventBuilders(rest);
  const now = options.now ?? Date.now;
  const leftOut = options.includeContent === true ? [] : ["prompt_text", "response_text"];
  return (auditRecord) => {
    const time = auditRecordTime(auditRecord);
    if (time.kind === "unreadable") return time;
    const action = textOf(auditRecord, "action") ?? "";
    const { mapping, known } = mapAction(action);
    const facts = readFacts(auditRecord, time, now);
    const { findingClass } = options;
    const event = build(builders, { auditRecord, action, mapping, findingClass, facts, ...readOutcome(auditRecord) });
    const unmapped = joinUnmapped(unmappedFields(auditRecord, event, leftOut), event.unmapped);
    // The only cast: `unmapped` is an attribute of every class, and rendering moves only optional attributes.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const whole = render(
      unmapped && isKnown(unmapped) ? { ...event, unmapped } : event,
      rendering,
    ) as unknown as TypedEvent;
    return { event: whole, action, known, timed: time.kind === "read" };
  };
}

interface Reading extends ReadOutcome {
  readonly auditRecord: JsonObject;
  readonly action: string;
  readonly mapping: ActionMapping;
  readonly findingClass: 2001 | 2004 | undefined;
  readonly facts: EventFacts;
}

function build(builders: EventBuilders, reading: Reading): TypedEvent {
  const { auditRecord, action, mapping, facts, outcome } = reading;
  const common = { ...facts, activityName: mapping.activityName, statusDetail: whyOf(reading) };
  const unmapped = action === "" ? facts.unmapped : joinUnmapped(facts.unmapped, { action });
  switch (mapping.class) {
    case "apiActivity": {
      const model = textOf(auditRecord, "model_id", "model");
      const provider = textOf(auditRecord, "provider");
      return builders.apiActivity({
        ...common,
        ...judge("apiActivity", mapping, outcome),
        activityId: mapping.activityId,
        operation: action === "" ? "unknown" : action,
        requestUid: facts.correlationUid,
        service: provider === undefined ? undefined : { name: provider },
        resources: model === undefined ? undefined : [{ name: model, type: "AI model" }],
        responseCode: safeInteger(numberOf(auditRecord, ...codeFields)),
        request: readRequest(auditRecord),
        destination: readDestination(auditRecord),
        unmapped,
      });
    }
    case "finding": {
      const taken = takenAction(auditRecord, mapping);
      const kinds = kindsOf(auditRecord);
      const { statusId, severityId } = judgeFinding(auditRecord, { mapping, taken, outcome });
      const finding = {
        ...common,
        severityId,
        activityId: mapping.activityId,
        // The action taken is the detail, unless it failed.
        statusDetail: mapping.detail ?? (statusId === 2 ? common.statusDetail : undefined),
        title: titleOf(action, taken),
        description: detailOf(auditRecord, "match_reason"),
        types: kinds.length === 0 ? undefined : kinds,
        action: taken,
        rule: { uid: detailOf(auditRecord, "matched_rule_id"), category: detailOf(auditRecord, "matched_pack_id") },
        findingUid: facts.correlationUid ?? facts.uid,
        // Here `unmapped.action` is the action taken.
        unmapped: action === "" ? facts.unmapped : joinUnmapped(facts.unmapped, { audit_action: action }),
      };
      if (reading.findingClass === 2004) return builders.detectionFinding(finding);
      return builders.securityFinding({ ...finding, statusId });
    }
    case "authentication":
      return builders.authentication({
        ...common,
        ...judge("authentication", mapping, outcome),
        activityId: mapping.activityId,
        authProtocolId: mapping.protocolId,
        isMfa: mapping.isMfa,
        sessionUid: textOf(auditRecord, "session_id"),
        request: readRequest(auditRecord),
        destination: readDestination(auditRecord),
        unmapped,
      });
    case "accountChange":
      return builders.accountChange({
        ...common,
        ...judge("accountChange", mapping, outcome),
        activityId: mapping.activityId,
        ...readChange(auditRecord, facts.user),
        request: readRequest(auditRecord),
        unmapped,
      });
    default:
      return mapping satisfies never;
  }
}

function readFacts(auditRecord: JsonObject, time: ReadableTime, now: () => number): EventFacts {
  const user = {
    uid: textOf(auditRecord, "user_id"),
    name: textOf(auditRecord, "user_name", "display_name"),
    email: textOf(auditRecord, "user_email", "email"),
  };
  const org = { uid: textOf(auditRecord, "org_id", "tenant_id"), name: textOf(auditRecord, "org_name", "tenant_name") };
  return {
    time: time.kind === "read" ? time.time : now(),
    originalTime: time.kind === "read" ? time.original : undefined,
    uid: textOf(auditRecord, "id") ?? auditRecordUid(auditRecord),
    eventCode: textOf(auditRecord, "action"),
    correlationUid: textOf(auditRecord, "request_id", "conversation_id"),
    message: textOf(auditRecord, "message"),
    statusCode: textOf(auditRecord, ...codeFields),
    duration: durationOf(numberOf(auditRecord, "latency_ms")),
    user: isKnown(user) ? user : undefined,
    org: isKnown(org) ? org : undefined,
    source: readSource(auditRecord),
    unmapped: time.kind === "read" ? undefined : { time_source: "receipt" },
  };
}

const codeFields = ["status_code", "http_status", "response_code", "response_status"];

/**
 * Returns the reason of the outcome: the audit record's own, or what the action's name and the word of its outcome say.
 */
function whyOf({ auditRecord, mapping, outcome, reason }: Reading): string | undefined {
  const isTelling = outcome === "changed" || outcome === "pending" || outcome === "refused";
  const word = isTelling ? detailOf(auditRecord, "outcome", "action_taken", "result") : undefined;
  if (reason !== undefined || word === undefined) return reason ?? mapping.detail;
  return mapping.detail === undefined ? word : `${mapping.detail}: ${word}`;
}

function readRequest(auditRecord: JsonObject): RequestFacts | undefined {
  const request = {
    method: textOf(auditRecord, "method"),
    url: textOf(auditRecord, "path", "url"),
    userAgent: textOf(auditRecord, "user_agent"),
  };
  return isKnown(request) ? request : undefined;
}

/** Rounds to whole milliseconds. A fraction stays in the audit record's own field. */
function durationOf(latencyMs: number | undefined): number | undefined {
  return latencyMs === undefined ? undefined : safeInteger(Math.round(latencyMs));
}

function safeInteger(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

function isKnown(facts: object): boolean {
  return Object.values(facts).some((fact) => fact !== undefined);
}
