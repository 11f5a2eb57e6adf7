import { eventIdOf } from "../simulator/event-id.ts";
import { isObject, parseJson } from "../simulator/json.ts";

/** A log as Datadog stores it, after its JSON preprocessing. */
export interface StoredLog {
  readonly message: string | undefined;
  /** `ddsource` of the entry. */
  readonly source: string | undefined;
  /** Tags of the entry and of the request together. */
  readonly tags: readonly string[];
  readonly host: string | undefined;
  readonly service: string | undefined;
  /** The official date, in milliseconds since the epoch. */
  readonly date: number;
  /** Further attributes of the entry, and of the message if it is JSON. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Whether the log exceeded Datadog's limit and was truncated. */
  readonly isCut: boolean;
}

export type LogEntry = Readonly<Record<string, unknown>>;

/** The entries of a body; undefined when it is neither an object nor an array of objects. */
export function readEntries(body: Buffer): readonly LogEntry[] | undefined {
  const value = parseJson(body.toString("utf8"));
  if (isObject(value)) return [value];
  return Array.isArray(value) && value.every(isObject) ? value : undefined;
}

/** `metadata.uid` of the event in a log: in the message's text, or under `ocsf`. */
export function idOf({ message, ocsf }: LogEntry): string | undefined {
  const metadata = isObject(ocsf) ? ocsf["metadata"] : undefined;
  if (isObject(metadata)) return textOf(metadata["uid"]);
  if (typeof message !== "string") return undefined;
  return eventIdOf(message);
}

/** The date that Datadog assigns: the first recognised date attribute, else the time of receipt. */
export function dateOf(entry: LogEntry, receivedAt: number): number {
  for (const name of DATE_ATTRIBUTES) {
    const date = dateFrom(entry[name]);
    if (date !== undefined) return date;
  }
  // A message is parsed only if it may contain such an attribute.
  const { message } = entry;
  if (typeof message !== "string" || !DATE_ATTRIBUTES.some((name) => message.includes(`"${name}"`))) return receivedAt;
  const parsed = parseJson(message);
  return isObject(parsed) ? dateOf({ ...parsed, message: undefined }, receivedAt) : receivedAt;
}

export function storedLog(entry: LogEntry, requestTags: string | null, date: number, maxLogBytes: number): StoredLog {
  const { message, ddsource, ddtags, hostname, service, ...rest } = entry;
  const isCut = isLongerThan(entry, maxLogBytes);
  const text = typeof message === "string" && isCut ? cut(message, maxLogBytes) : textOf(message);
  const parsed = text === undefined ? undefined : parseJson(text);
  return {
    message: text,
    source: textOf(ddsource),
    tags: [requestTags, textOf(ddtags)].flatMap((tags) => tags?.split(",") ?? []).filter((tag) => tag !== ""),
    host: textOf(hostname),
    service: textOf(service),
    date,
    attributes: isObject(parsed) ? { ...parsed, ...rest } : rest,
    isCut,
  };
}

/** Compares bytes of JSON. The length of the message spares most logs the count. */
export function isLongerThan(entry: LogEntry, maxLogBytes: number): boolean {
  const { message } = entry;
  if (typeof message === "string" && entry["ocsf"] === undefined && message.length * 6 < maxLogBytes) return false;
  return Buffer.byteLength(JSON.stringify(entry)) > maxLogBytes;
}

const DATE_ATTRIBUTES = ["timestamp", "date", "@timestamp", "_timestamp", "Timestamp", "eventTime", "published_date"];

function dateFrom(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const date = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isNaN(date) ? undefined : date;
}

function cut(message: string, bytes: number): string {
  return Buffer.from(message).subarray(0, bytes).toString("utf8");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
