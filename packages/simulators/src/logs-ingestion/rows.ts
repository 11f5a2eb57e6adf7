import { isObject, parseJson } from "../simulator/json.ts";
import { endOfObject, stringMember } from "../simulator/scan-json.ts";

/** A row as it is in the table. */
export type StoredRow = Readonly<Record<string, unknown>>;

export interface TableRules {
  /** What the stream declares; all is kept where it is not given. */
  readonly columns: readonly string[] | undefined;
  readonly now: () => number;
}

const MAX_FIELD_BYTES = 64 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The records of a body; undefined when it is no JSON, `nothing` for JSON that Azure takes and forgets. */
export function recordsOf(body: Buffer): readonly StoredRow[] | "nothing" | undefined {
  const value = parseJson(body.toString("utf8"));
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.filter(isObject) : "nothing";
}

/** Undeclared members go, long values are cut, strange times are replaced: all without a word. */
export function rowOf(record: StoredRow, { columns, now }: TableRules): StoredRow {
  const kept = Object.entries(record)
    .filter(([name, value]) => value !== null && (columns === undefined || columns.includes(name)))
    .map(([name, value]): [string, unknown] => [name, cut(value)]);
  return { ...Object.fromEntries(kept), TimeGenerated: timeOf(record["TimeGenerated"], now()) };
}

/** The OCSF event's own id. */
export function idOf(record: StoredRow): string | undefined {
  const { event_uid: own, metadata } = record;
  const id = own ?? (isObject(metadata) ? metadata["uid"] : undefined);
  return typeof id === "string" ? id : undefined;
}

/** Ids of the records in a body by a cheap look instead of parsing; undefined when it does not look like that. */
export function quickIds(body: Buffer): readonly (string | undefined)[] | undefined {
  const text = body.toString("latin1");
  const ids: (string | undefined)[] = [];
  let at = 1;
  while (text[at] === "{") {
    const end = endOfObject(text, at);
    const id = stringMember(text, at, "event_uid");
    if (end === -1 || id === undefined || (text[end] !== "," && text[end] !== "]")) return undefined;
    ids.push(id);
    at = end + 1;
  }
  return text.startsWith("[") && at === text.length ? ids : undefined;
}

function cut(value: unknown): unknown {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (text.length * 3 <= MAX_FIELD_BYTES) return value;
  const bytes = Buffer.from(text);
  return bytes.length <= MAX_FIELD_BYTES ? value : bytes.subarray(0, MAX_FIELD_BYTES).toString("utf8");
}

function timeOf(given: unknown, now: number): string {
  const time = typeof given === "string" ? Date.parse(given) : Number.NaN;
  return new Date(time > now - 2 * DAY_MS && time < now + DAY_MS ? time : now).toISOString();
}
