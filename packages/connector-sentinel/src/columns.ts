/** Column types, spelt as in a stream declaration. */
export type ColumnType = "boolean" | "datetime" | "dynamic" | "int" | "long" | "string";

/** A column of the stream and of the table. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
  /** Path of the value of an added column in the event; only text is used. */
  readonly path?: readonly string[];
}

/** Column for members without one: Azure silently drops undeclared members. */
export const LEFTOVERS = "AdditionalFields";

/** One step of a path: a member of an object, or the first element of a list. */
export type Step = string | 0;

/**
 * Returns the paths of a value: its own, and alternatives for events without that member. Detection Findings have it in
 * their evidence, and the `strict` rendering under `unmapped`.
 */
export function homesOf(path: readonly string[]): readonly (readonly Step[])[] {
  const [first = ""] = path;
  return FINDINGS_MOVE.has(first) ? [path, ["evidences", 0, ...path], ["unmapped", ...path]] : [path];
}

const FINDINGS_MOVE = new Set(["actor", "src_endpoint"]);

/** Columns put before the event's members. Few, since Azure bills duplicates too. */
export const addedColumns: readonly Column[] = [
  column("TimeGenerated", "datetime", "The event's `time`. Azure replaces one older than 2 days, or 1 day ahead."),
  taken("event_uid", ["metadata", "uid"], "the same in every repeat of an event"),
  taken("actor_user_uid", ["actor", "user", "uid"]),
  taken("actor_user_name", ["actor", "user", "name"]),
  taken("actor_user_email", ["actor", "user", "email_addr"]),
  column("actor_org_uid", "string", "`actor.org.uid`, or else `metadata.tenant_uid` or `actor.user.org.uid`."),
  taken("src_ip", ["src_endpoint", "ip"]),
  column(LEFTOVERS, "dynamic", "Members of the event that have no column of their own."),
];

/**
 * Columns of the event's top-level members, unchanged: everything OCSF 1.1 gives API Activity, Security Finding,
 * Detection Finding, Authentication and Account Change, including profiles.
 */
export const eventColumns: readonly Column[] = [
  ...columns("long", ["time", "type_uid", "count", "duration", "end_time", "start_time"]),
  ...columns("int", [
    "action_id",
    "activity_id",
    "auth_protocol_id",
    "category_uid",
    "class_uid",
    "confidence_id",
    "confidence_score",
    "disposition_id",
    "impact_id",
    "impact_score",
    "logon_type_id",
    "risk_level_id",
    "risk_score",
    "severity_id",
    "state_id",
    "status_id",
    "timezone_offset",
  ]),
  ...columns("string", [
    "action",
    "activity_name",
    "auth_protocol",
    "category_name",
    "class_name",
    "comment",
    "confidence",
    "disposition",
    "impact",
    "logon_type",
    "message",
    "raw_data",
    "risk_level",
    "severity",
    "state",
    "status",
    "status_code",
    "status_detail",
    "type_name",
  ]),
  ...columns("boolean", ["is_cleartext", "is_mfa", "is_new_logon", "is_remote"]),
  ...columns("datetime", ["end_time_dt", "start_time_dt", "time_dt"]),
  ...columns("dynamic", [
    "actor",
    "analytic",
    "api",
    "attacks",
    "authorizations",
    "certificate",
    "cis_csc",
    "cloud",
    "compliance",
    "data_sources",
    "device",
    "dst_endpoint",
    "enrichments",
    "evidence",
    "evidences",
    "finding",
    "finding_info",
    "firewall_rule",
    "http_request",
    "kill_chain",
    "logon_process",
    "malware",
    "metadata",
    "nist",
    "observables",
    "policy",
    "process",
    "remediation",
    "resources",
    "service",
    "session",
    "src_endpoint",
    "unmapped",
    "user",
    "user_result",
    "vulnerabilities",
  ]),
];

/** Every column that a stream must declare; others would be lost. */
export const allColumns: readonly Column[] = [...addedColumns, ...eventColumns];

function column(name: string, type: ColumnType, description: string): Column {
  return { name, type, description };
}

function taken(name: string, path: readonly string[], remark = ""): Column {
  const places = homesOf(path).map((home) => `\`${home.join(".").replace(".0.", "[0].")}\``);
  const description = `${places.join(", or else ")}${remark === "" ? "" : `: ${remark}`}.`;
  return { name, type: "string", description, path };
}

function columns(type: ColumnType, names: readonly string[]): readonly Column[] {
  return names.map((name) => column(name, type, name === "time" ? "Of the event, milliseconds since the epoch." : ""));
}
