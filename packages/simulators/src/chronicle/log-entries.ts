import { isObject, parseJson } from "../simulator/json.ts";

/** A log entry as Chronicle stores it. */
export interface StoredLogEntry {
  /** The raw log. */
  readonly data: string;
  readonly logEntryTime: string;
  readonly collectionTime: string;
  readonly namespace: string | undefined;
  readonly forwarder: string | undefined;
}

/** Google's JSON accepts both spellings of every field. */
const FIELDS = {
  inlineSource: ["inlineSource", "inline_source"],
  logEntryTime: ["logEntryTime", "log_entry_time"],
  collectionTime: ["collectionTime", "collection_time"],
  namespace: ["environmentNamespace", "environment_namespace"],
} as const;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** The entries of an import request, or why Google refuses it. One invalid entry refuses them all. */
export function logEntriesOf(body: Buffer): readonly StoredLogEntry[] | string {
  const request = parseJson(body.toString("utf8"));
  if (!isObject(request)) return "Invalid JSON payload received. Unexpected token.";
  const source = fieldOf(request, FIELDS.inlineSource);
  if (!isObject(source)) return "inline_source must be set";
  const { logs, forwarder } = source;
  if (!Array.isArray(logs) || logs.length === 0) return "logs must not be empty";
  const entries: StoredLogEntry[] = [];
  for (const [at, log] of logs.entries()) {
    const entry = isObject(log) ? entryOf(log, typeof forwarder === "string" ? forwarder : undefined) : "is no object";
    if (typeof entry === "string") return `Invalid value at 'inline_source.logs[${at}]': ${entry}`;
    entries.push(entry);
  }
  return entries;
}

function entryOf(log: Readonly<Record<string, unknown>>, forwarder: string | undefined): StoredLogEntry | string {
  const { data } = log;
  const [logEntryTime, collectionTime] = [fieldOf(log, FIELDS.logEntryTime), fieldOf(log, FIELDS.collectionTime)];
  const namespace = fieldOf(log, FIELDS.namespace);
  if (typeof data !== "string" || data === "" || !BASE64.test(data)) return "data (TYPE_BYTES), Base64 decoding failed";
  if (!isTime(logEntryTime)) return "log_entry_time (type.googleapis.com/google.protobuf.Timestamp)";
  if (!isTime(collectionTime)) return "collection_time (type.googleapis.com/google.protobuf.Timestamp)";
  if (Date.parse(collectionTime) < Date.parse(logEntryTime)) return "collection_time is before log_entry_time";
  return {
    data: Buffer.from(data, "base64").toString("utf8"),
    logEntryTime,
    collectionTime,
    namespace: typeof namespace === "string" ? namespace : undefined,
    forwarder,
  };
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && RFC3339.test(value) && !Number.isNaN(Date.parse(value));
}

function fieldOf(value: Readonly<Record<string, unknown>>, names: readonly string[]): unknown {
  return names.map((name) => value[name]).find((found) => found !== undefined);
}

/** The OCSF event's own id. */
export function idOf({ data }: StoredLogEntry): string | undefined {
  const event = parseJson(data);
  const metadata = isObject(event) ? event["metadata"] : undefined;
  const uid = isObject(metadata) ? metadata["uid"] : undefined;
  return typeof uid === "string" ? uid : undefined;
}
