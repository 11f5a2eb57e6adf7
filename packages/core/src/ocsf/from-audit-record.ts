import type { ActionMapping } from "./audit/action.ts";
import { mapAction } from "./audit/map-action.ts";
import { readDestination, readSource } from "./audit/read-source.ts";
import { type RecordReader, readRecord } from "./audit/record-reader.ts";
import { createEventBuilders, type EventBuilders, type EventBuildersOptions } from "./builders/event-builders.ts";
import type { EventFacts, RequestFacts } from "./builders/facts.ts";
import type { TypedEvent } from "./generated/classes/index.ts";
import { isJsonObject, type JsonObject } from "./json-value.ts";

export interface AuditRecordOptions extends EventBuildersOptions {
  /** Keep `prompt_text` and `response_text`, under `unmapped`. Off by default: they are the customer's own words. */
  readonly includeContent?: boolean;
  /** The time of a record that has none, milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface AuditRecordEvent {
  readonly event: TypedEvent;
  /** The record's action as it was written; empty when it had none. */
  readonly action: string;
  /** False for an action that the table does not have: the event is activity 99 of the class that the name suggests. Worth counting. */
  readonly known: boolean;
  /** False when the record had no readable timestamp and the event took the clock's. */
  readonly timed: boolean;
}

/** Turns one audit record of the platform into an OCSF event. For many records make the function once with `createAuditRecordMapper`. */
export function fromAuditRecord(record: JsonObject, options: AuditRecordOptions = {}): AuditRecordEvent {
  return createAuditRecordMapper(options)(record);
}

export function createAuditRecordMapper(options: AuditRecordOptions = {}): (record: JsonObject) => AuditRecordEvent {
  const builders = createEventBuilders(options);
  const now = options.now ?? Date.now;
  return (record) => {
    const reader = readRecord(record);
    const action = reader.text("action") ?? "";
    const { mapping, known } = mapAction(action);
    const time = reader.time("timestamp", "created_at");
    if (options.includeContent !== true) reader.leaveOut("prompt_text", "response_text");
    const event = build(builders, mapping, reader, { time: time ?? now(), action });
    return { event, action, known, timed: time !== undefined };
  };
}

function build(
  builders: EventBuilders,
  mapping: ActionMapping,
  reader: RecordReader,
  { time, action }: { time: number; action: string },
): TypedEvent {
  const facts = readFacts(reader, mapping, time);
  switch (mapping.class) {
    case "apiActivity": {
      const model = reader.text("model_id", "model");
      const provider = reader.text("provider");
      const details = {
        ...facts,
        activityId: mapping.activityId,
        statusId: isRefusal(reader) ? 2 : mapping.statusId,
        operation: action === "" ? "unknown" : action,
        requestUid: facts.correlationUid,
        service: provider === undefined ? undefined : { name: provider },
        resources: model === undefined ? undefined : [{ name: model, type: "AI model" }],
        responseCode: wholeNumber(reader.number("status_code")),
        request: readRequest(reader),
        destination: readDestination(reader),
      } as const;
      return builders.apiActivity({ ...details, unmapped: unmappedOf(reader) });
    }
    case "finding": {
      const taken = (reader.text("action_taken") ?? outcomeOf(reader) ?? mapping.action)?.toUpperCase();
      const rule = { uid: reader.text("matched_rule_id"), category: reader.text("matched_pack_id") };
      const details = {
        ...facts,
        activityId: mapping.activityId,
        title: titleOf(action, taken),
        description: reader.text("match_reason"),
        types: kindsOf(reader),
        action: taken,
        rule,
        findingUid: facts.correlationUid ?? facts.uid,
      };
      return builders.finding({ ...details, unmapped: unmappedOf(reader, rule.uid === undefined ? rule : {}) });
    }
    case "authentication": {
      const details = {
        ...facts,
        activityId: mapping.activityId,
        statusId: mapping.statusId,
        authProtocolId: mapping.protocolId,
        isMfa: mapping.isMfa,
        sessionUid: reader.text("session_id"),
        request: readRequest(reader),
        destination: readDestination(reader),
      };
      return builders.authentication({ ...details, unmapped: unmappedOf(reader) });
    }
    case "accountChange": {
      const target = {
        uid: reader.text("target_user_id"),
        name: reader.text("target_user_name"),
        email: reader.text("target_user_email"),
      };
      const isKnown = Object.values(target).some((fact) => fact !== undefined);
      const details = {
        ...facts,
        activityId: mapping.activityId,
        statusId: mapping.statusId,
        target: isKnown ? target : undefined,
        request: readRequest(reader),
      };
      return builders.accountChange({ ...details, unmapped: unmappedOf(reader) });
    }
    default:
      return mapping satisfies never;
  }
}

function readFacts(reader: RecordReader, mapping: ActionMapping, time: number): EventFacts {
  const user = {
    uid: reader.text("user_id"),
    name: reader.text("user_name", "display_name"),
    email: reader.text("user_email", "email"),
  };
  const org = { uid: reader.text("org_id", "tenant_id"), name: reader.text("org_name", "tenant_name") };
  return {
    time,
    uid: reader.text("id"),
    correlationUid: reader.text("request_id", "conversation_id"),
    message: reader.text("message"),
    activityName: mapping.activityName,
    severityId: mapping.severityId,
    statusDetail: mapping.detail ?? reader.text("error", "failure_reason"),
    duration: wholeNumber(reader.number("latency_ms")),
    user: Object.values(user).some((fact) => fact !== undefined) ? user : undefined,
    org: Object.values(org).some((fact) => fact !== undefined) ? org : undefined,
    source: readSource(reader),
  };
}

function readRequest(reader: RecordReader): RequestFacts | undefined {
  const request = {
    method: reader.text("method"),
    url: reader.text("path", "url"),
    userAgent: reader.text("user_agent"),
  };
  return Object.values(request).some((fact) => fact !== undefined) ? request : undefined;
}

function wholeNumber(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value);
}

// Only looked at: the platform's own word stays under `unmapped`.
function outcomeOf(reader: RecordReader): string | undefined {
  const outcome = reader.peek("outcome");
  return typeof outcome === "string" && outcome !== "" ? outcome : undefined;
}

function isRefusal(reader: RecordReader): boolean {
  return ["BLOCK", "CANCEL"].includes((outcomeOf(reader) ?? "").toUpperCase());
}

function titleOf(action: string, taken: string | undefined): string {
  const subject = action.toLowerCase().startsWith("dlp")
    ? "DLP rule triggered"
    : action.replaceAll(/[_.]+/g, " ").trim();
  return taken === undefined ? subject || "Finding" : `${subject || "Finding"}: ${taken}`;
}

/** Kinds of what was found, each once. The findings themselves stay under `unmapped`. */
function kindsOf(reader: RecordReader): readonly string[] | undefined {
  const findings = reader.peek("dlp_findings");
  const labels = reader.peek("dlp_labels");
  const kinds = [
    ...(Array.isArray(findings)
      ? findings.map((found: unknown) => (isJsonObject(found) ? found.entity_type : undefined))
      : []),
    ...(Array.isArray(labels) ? labels : []),
  ].filter((kind): kind is string => typeof kind === "string");
  return kinds.length === 0 ? undefined : [...new Set(kinds)];
}

/** What nobody read: token counts, HMAC chain, routing, findings, and whatever the platform adds later. */
function unmappedOf(
  reader: RecordReader,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> | undefined {
  const rest = {
    ...reader.rest(),
    ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)),
  };
  return Object.keys(rest).length === 0 ? undefined : rest;
}
