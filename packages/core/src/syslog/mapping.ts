// Longer than a page because it is one table: every OCSF field that is sent, and its target.
import type { Kind } from "./kinds.ts";

/** Target of a value in one format. */
export interface Target {
  readonly key: string;
  /** Most characters; in CEF the dictionary's maximum. */
  readonly max?: number;
  /** Text of the `…Label` that a custom field of CEF needs. */
  readonly label?: string;
  /** Kind of the value in this format, if it differs from the row's. */
  readonly kind?: Kind;
}

/** How a field gives way in a message that is too long, in this order. */
export type Weight =
  /** Shortened first. */
  | "message"
  /** Shortened next, the last of the table first. */
  | "custom"
  /** Left out next, the last of the table first. */
  | "optional"
  /** Shortened last. */
  | "essential";

/** One row of the mapping: a value's place in the event and its targets. */
export interface Row {
  /** Paths in the event; the first with a value of this kind counts. `derived` explains names with `$`. */
  readonly from: readonly string[];
  readonly kind: Kind;
  readonly weight: Weight;
  readonly cef?: Target;
  readonly leef?: Target;
}

/** Values derived from several fields, as explained to readers of the table. */
export const derived = {
  $outcome: "`status_id`: `success`, `failure`, or the text of 99",
  $measure:
    "what was done about a finding or a request: `unmapped.action_taken`; of a finding `status_detail` (2001, unless that failed) or `unmapped.action`; of a request `unmapped.outcome`",
  $finding_state: "`state`, or `status` where that is the life cycle of a finding",
  $other_activity: "`activity_name` of activity 99",
  $variant:
    "what tells events of one id apart: `$other_activity`, what was done (as `act` says) and `$outcome`, such as `BLOCK, failure`",
} as const;

const TEXT = 1023;
const CUSTOM = 4000;
const NAME = 255;

const ACTION = ["$measure", "disposition", "action"];

/**
 * Mapping of the platform's fields to CEF's dictionary and to LEEF. CEF keys that begin with `Arbitex` are our own, for
 * fields without a place in the dictionary. Vendor and product share a name, which appears once.
 */
export const mapping: readonly Row[] = [
  row("essential", "time", ["time"], { key: "rt" }, { key: "devTime", kind: "leefTime" }),
  row("essential", "shortId", ["metadata.uid"], { key: "externalId", max: 40 }, { key: "eventUid", kind: "text" }),
  row("essential", "longId", ["metadata.uid"], { key: "ArbitexEventUid" }),
  // Where events are numbered: of which stream, and up to which number a checkpoint counts.
  row("essential", "integer", ["metadata.sequence"], { key: "ArbitexSequence" }, { key: "sequence" }),
  row("essential", "text", ["unmapped.attestation.chain_uid"], { key: "ArbitexStream" }, { key: "stream" }),
  row("essential", "integer", ["unmapped.checkpoint.to"], { key: "ArbitexCheckpointTo" }, { key: "checkpointTo" }),
  row("essential", "severity", ["severity_id"], undefined, { key: "sev" }),
  row("essential", "text", ["class_name"], undefined, { key: "className" }),
  // QRadar treats events with the same id and category as one kind.
  row("essential", "text", ["$variant", "activity_name"], { key: "cat", max: TEXT }),
  row("essential", "text", [...ACTION, "$other_activity", "$outcome", "activity_name"], undefined, { key: "cat" }),
  row("essential", "text", [...ACTION, "unmapped.action"], { key: "act", max: 63 }),
  row("essential", "text", ["$outcome"], { key: "outcome", max: 63 }, { key: "outcome" }),
  row("essential", "ipv4", ["src_endpoint.ip"], { key: "src" }, { key: "src", kind: "ip" }),
  row("essential", "ipv6", ["src_endpoint.ip"], { key: "c6a2", label: "Source IPv6 Address" }),
  row(
    "essential",
    "text",
    ["actor.user.email_addr", "actor.user.name", "actor.user.full_name"],
    { key: "suser", max: TEXT },
    { key: "usrName", max: NAME },
  ),
  row("essential", "text", ["actor.user.uid"], { key: "suid", max: TEXT }, { key: "usrUid" }),
  row(
    "essential",
    "text",
    ["actor.org.uid", "metadata.tenant_uid", "actor.user.org.uid", "user.org.uid"],
    { key: "deviceExternalId", max: 255 },
    { key: "orgUid" },
  ),
  row(
    "essential",
    "text",
    ["user.email_addr", "user.name", "user.full_name"],
    { key: "duser", max: TEXT },
    { key: "accountName" },
  ),
  row("essential", "text", ["user.uid"], { key: "duid", max: TEXT }, { key: "accountUid" }),
  row("message", "text", ["message"], { key: "msg", max: TEXT }, { key: "msg", max: TEXT }),

  custom("text", ["unmapped.model_id", "unmapped.model", "resources.0.name"], "cs1", "model", "resource"),
  custom("text", ["analytic.uid", "finding_info.analytic.uid", "unmapped.matched_rule_id"], "cs2", "ruleId", "ruleId"),
  custom(
    "text",
    ["analytic.category", "finding_info.analytic.category", "unmapped.matched_pack_id"],
    "cs3",
    "packId",
    "policy",
  ),
  custom("list", ["finding.types", "finding_info.types"], "cs4", "findingTypes", "findingTypes"),
  custom("text", ["actor.org.name", "actor.user.org.name", "user.org.name"], "cs5", "orgName", "orgName"),
  custom("text", ["unmapped.framework"], "cs6", "framework", "framework"),

  optional("text", ["status_detail"], { key: "reason", max: TEXT }, { key: "reason" }),
  optional("text", ["http_request.url.url_string"], { key: "request", max: TEXT }, { key: "url" }),
  optional(
    "text",
    ["http_request.http_method", "unmapped.http_request.http_method"],
    { key: "requestMethod", max: TEXT },
    { key: "method" },
  ),
  optional(
    "text",
    ["http_request.user_agent"],
    { key: "requestClientApplication", max: TEXT },
    { key: "userAgent", max: TEXT },
  ),
  optional("text", ["metadata.correlation_uid"], { key: "requestContext", max: 2048 }, { key: "correlationUid" }),
  optional("text", ["src_endpoint.hostname", "src_endpoint.name"], { key: "shost", max: TEXT }, { key: "srcHostName" }),
  optional("port", ["src_endpoint.port"], { key: "spt" }, { key: "srcPort" }),
  optional("ipv4", ["dst_endpoint.ip"], { key: "dst" }, { key: "dst", kind: "ip" }),
  optional("ipv6", ["dst_endpoint.ip"], { key: "c6a3", label: "Destination IPv6 Address" }),
  optional("text", ["dst_endpoint.hostname", "dst_endpoint.name"], { key: "dhost", max: TEXT }, { key: "dstHostName" }),
  optional("port", ["dst_endpoint.port"], { key: "dpt" }, { key: "dstPort" }),
  optional(
    "text",
    ["api.service.name", "service.name"],
    { key: "destinationServiceName", max: TEXT },
    { key: "serviceName" },
  ),
  number("integer", ["unmapped.token_count_input", "unmapped.prompt_tokens"], "cn1", "promptTokens"),
  number("integer", ["unmapped.token_count_output", "unmapped.completion_tokens"], "cn2", "completionTokens"),
  number("integer", ["duration", "unmapped.latency_ms"], "cn3", "latencyMs"),
  number("float", ["unmapped.cost_estimate", "unmapped.cost"], "cfp1", "cost"),
  number("float", ["unmapped.confidence"], "cfp2", "confidenceScore"),
  number("float", ["src_endpoint.location.lat"], "cfp3", "srcLatitude"),
  number("float", ["src_endpoint.location.long"], "cfp4", "srcLongitude"),
  optional(
    "text",
    ["finding.title", "finding_info.title"],
    { key: "flexString1", max: TEXT, label: "findingTitle" },
    { key: "findingTitle" },
  ),
  optional("text", ["api.operation"], { key: "flexString2", max: TEXT, label: "operation" }, { key: "operation" }),
  optional("text", ["activity_name"], undefined, { key: "activityName" }),
  own("text", ["metadata.event_code"], "EventCode"),
  // A QRadar mapping has one severity for all events of its kind.
  own("text", ["severity"], "Severity"),
  own("text", ["user.groups.0.name", "user.groups.0.uid"], "GroupName"),
  own("text", ["user.credential_uid"], "CredentialUid"),
  own("text", ["src_endpoint.location.country"], "SrcCountry"),
  own("text", ["src_endpoint.location.region"], "SrcRegion"),
  own("text", ["src_endpoint.location.city"], "SrcCity"),
  own("text", ["src_endpoint.location.isp"], "SrcIsp"),
  own("boolean", ["src_endpoint.is_anonymous"], "SrcIsAnonymous"),
  own("text", ["dst_endpoint.location.country"], "DstCountry"),
  own("text", ["actor.user.full_name", "actor.user.name"], "UsrFullName"),
  own("text", ["user.full_name", "user.name"], "AccountFullName"),
  own("text", ["auth_protocol"], "AuthProtocol"),
  own("boolean", ["is_mfa"], "IsMfa"),
  own("boolean", ["is_remote"], "IsRemote"),
  own("text", ["session.uid", "actor.session.uid"], "SessionUid"),
  own("text", ["policy.uid"], "PolicyUid"),
  own("text", ["policy.name"], "PolicyName"),
  own("text", ["analytic.name", "finding_info.analytic.name"], "RuleName"),
  own("text", ["finding.uid", "finding_info.uid"], "FindingUid"),
  own("text", ["finding.desc", "finding_info.desc"], "FindingDescription"),
  own("text", ["$finding_state"], "FindingState"),
  own("text", ["confidence"], "Confidence"),
  own("integer", ["api.response.code"], "ResponseCode"),
  own("text", ["api.request.uid"], "RequestUid"),
  own("text", ["api.service.version"], "ServiceVersion"),
  own("text", ["status_code"], "StatusCode"),
  own("text", ["resources.0.type"], "ResourceType"),
  optional("time", ["start_time"], { key: "start" }, { key: "startTime" }),
  optional("time", ["end_time"], { key: "end" }, { key: "endTime" }),
  optional("text", ["category_name"], { key: "deviceFacility", max: TEXT }, { key: "categoryName" }),
];

/** Fields written in the header of either format. */
export const headerFields = {
  "metadata.product.vendor_name": "Device Vendor",
  "metadata.product.name": "Device Product",
  "metadata.product.version": "Device Version",
  class_uid: "Event Class ID, with `activity_id`: `6003:1`",
  activity_id: "Event Class ID, with `class_uid`",
  class_name: "Name, with `activity_name`: `API Activity: Create` (CEF)",
  activity_name: "Name, with `class_name` (CEF)",
  severity_id: "Severity (CEF)",
} as const;

/** Fields that are not sent, with the reason. */
export const notSent = {
  category_uid: "follows from the class",
  type_uid: "is the Event Class ID in one number",
  type_name: "is the Name",
  status_id: "is the outcome",
  status: "is the outcome",
  state_id: "is sent as its name",
  auth_protocol_id: "is sent as its name",
  confidence_id: "is sent as its name",
  action_id: "is sent as its name",
  disposition_id: "is sent as its name",
  "analytic.type_id": "is always Rule",
  "analytic.type": "is always Rule",
  "finding_info.analytic.type_id": "is always Rule",
  "finding_info.analytic.type": "is always Rule",
  "src_endpoint.location.coordinates": "are `lat` and `long`",
  "dst_endpoint.location": "but its country: of a provider's address it says little",
  "metadata.version": "is the same for all: 1.1.0",
  "metadata.profiles": "tell the schema, not the event",
  "metadata.extensions": "tell the schema, not the event",
  enrichments: "repeat `src_endpoint.is_anonymous`",
  "unmapped.*": "all that is not named above: it has no fixed form",
} as const;

function row(weight: Weight, kind: Kind, from: readonly string[], cef?: Target, leef?: Target): Row {
  return { from, kind, weight, ...(cef && { cef }), ...(leef && { leef }) };
}

function optional(kind: Kind, from: readonly string[], cef?: Target, leef?: Target): Row {
  return row("optional", kind, from, cef, leef);
}

function custom(kind: Kind, from: readonly string[], key: string, label: string, leef: string): Row {
  return row("custom", kind, from, { key, label, max: CUSTOM }, { key: leef });
}

function number(kind: Kind, from: readonly string[], key: string, name: string): Row {
  return row("optional", kind, from, { key, label: name }, { key: name });
}

/** Builds a row of our own keys: `SrcCity` is `ArbitexSrcCity` in CEF and `srcCity` in LEEF. */
function own(kind: Kind, from: readonly string[], name: string): Row {
  const leef = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return row("optional", kind, from, { key: `Arbitex${name}`, max: TEXT }, { key: leef, max: TEXT });
}
