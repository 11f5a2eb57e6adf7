import { isObject, parseJson } from "../simulator/json.ts";
import { endOfObject, stringMember } from "../simulator/scan-json.ts";

/** A row of the table. */
export type StoredRow = Readonly<Record<string, unknown>>;

export interface TableRules {
  /** Columns of the stream. By default all members are kept. */
  readonly columns: readonly string[] | undefined;
  readonly now: () => number;
}

const MAX_FIELD_BYTES = 64 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The records of a body. Undefined for invalid JSON; `nothing` for JSON that Azure accepts and drops. */
export function recordsOf(body: Buffer): readonly StoredRow[] | "nothing" | undefined {
  const value = parseJson(body.toString("utf8"));
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.filter(isObject) : "nothing";
}

/** Silently drops undeclared members, truncates long values and replaces invalid times. */
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

/** Finds the ids of the records in a body without parsing it; undefined when it must be parsed. */
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
