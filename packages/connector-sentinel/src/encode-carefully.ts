import type { OcsfEvent } from "@arbitex/core";
import type { Step } from "./columns.ts";
import { addedColumns, eventColumns, homesOf, LEFTOVERS } from "./columns.ts";
import { isComma, isString, skipSpace, stringEnd, valueEnd } from "./json-bytes.ts";

/** Azure silently truncates a longer value. */
export const MAX_FIELD_BYTES = 64 * 1024;

interface Row {
  readonly json: string;
  event(): OcsfEvent;
}

/** A top-level member of the event. */
interface Member {
  readonly name: string;
  /** Key and value as written in the event. */
  readonly text: string;
  /** Value as written in the event. */
  readonly value: string;
}

const known = new Set(eventColumns.map(({ name }) => name));

/**
 * Encodes an unusual event: a large one, one with escapes that may hide a key, or one with members without a column,
 * which go into a column for the rest. Throws for a value longer than Azure keeps.
 */
export function encodeCarefully(row: Row, head: string): Buffer {
  const own: Member[] = [];
  const leftovers: Member[] = [];
  for (const member of membersOf(Buffer.from(row.json))) (known.has(member.name) ? own : leftovers).push(member);
  for (const member of own) assertFits(member);
  const parts = [head, ...takenFrom(row.event()), ...own.map(({ text }) => text)];
  if (leftovers.length > 0) {
    const value = `{${leftovers.map(({ text }) => text).join(",")}}`;
    assertFits({ name: LEFTOVERS, value });
    parts.push(`"${LEFTOVERS}":${value}`);
  }
  return Buffer.from(`${parts.join(",")}}`);
}

function takenFrom(event: OcsfEvent): readonly string[] {
  return addedColumns.flatMap(({ name, path }) => {
    const value = path && textAt(event, path);
    return value === undefined ? [] : [`"${name}":${JSON.stringify(value)}`];
  });
}

function textAt(event: OcsfEvent, path: readonly string[]): string | undefined {
  const [own = [], ...others] = homesOf(path);
  const homes = Object.hasOwn(event, String(own[0])) ? [own] : [own, ...others];
  return homes.map((home) => valueAt(event, home)).find((value) => typeof value === "string");
}

function valueAt(event: OcsfEvent, path: readonly Step[]): unknown {
  let value: unknown = event;
  for (const step of path) {
    const isFit = Array.isArray(value) === (step === 0);
    value = isFit && isMembers(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

function isMembers(value: unknown): value is OcsfEvent {
  return typeof value === "object" && value !== null;
}

function assertFits({ name, value }: Pick<Member, "name" | "value">): void {
  if (Buffer.byteLength(value) <= MAX_FIELD_BYTES) return;
  const bytes = Buffer.byteLength(unquoted(value));
  if (bytes > MAX_FIELD_BYTES) {
    throw new RangeError(`"${name}" has ${bytes} bytes: Azure would cut it at ${MAX_FIELD_BYTES} without a word`);
  }
}

/** Returns a value as Azure measures it: text unescaped, anything else as written. */
function unquoted(value: string): string {
  const parsed: unknown = value.startsWith('"') ? JSON.parse(value) : undefined;
  return typeof parsed === "string" ? parsed : value;
}

function* membersOf(json: Buffer): Iterable<Member> {
  let at = skipSpace(json, skipSpace(json, 0) + 1);
  while (isString(json, at)) {
    const start = at;
    const keyEnd = stringEnd(json, at, json.length);
    const valueStart = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = valueEnd(json, valueStart, json.length);
    yield {
      name: unquoted(json.toString("utf8", start, keyEnd)),
      text: json.toString("utf8", start, end),
      value: json.toString("utf8", valueStart, end),
    };
    at = skipSpace(json, end);
    if (isComma(json, at)) at = skipSpace(json, at + 1);
  }
}
