import type { OcsfEvent } from "@arbitex/core";
import type { Column } from "./columns.ts";
import { columns } from "./columns.ts";

/** One event as a row. `unmapped` holds members without a column, by path and as text: nothing is lost. */
export type Row = Readonly<Record<string, unknown>>;

const MAX_INTEGER = 2_147_483_647;
const UNMAPPED = "unmapped";

export function rowOf(event: OcsfEvent): Row {
  const leftover = new Map<string, string>();
  const row = fitStruct(event, columns, "", leftover);
  return leftover.size === 0 ? row : { ...row, [UNMAPPED]: [...leftover].map(([key, value]) => ({ key, value })) };
}

function fitStruct(
  value: Readonly<Record<string, unknown>>,
  members: Readonly<Record<string, Column>>,
  path: string,
  leftover: Map<string, string>,
): Row {
  const fitted: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue;
    const at = path === "" ? key : `${path}.${key}`;
    // A key such as `constructor` is a member of every object, but not of a struct.
    const column = Object.hasOwn(members, key) ? members[key] : undefined;
    const found = column === undefined ? undefined : fit(member, column, at, leftover);
    if (found === undefined) keep(member, at, leftover);
    else fitted[key] = found;
  }
  return fitted;
}

/** Converts a value to a column's type; undefined if it has another type. */
function fit(value: unknown, column: Column, path: string, leftover: Map<string, string>): unknown {
  if (typeof column === "object") {
    if ("struct" in column) return isObject(value) ? fitStruct(value, column.struct, path, leftover) : undefined;
    return Array.isArray(value) ? fitList(value, column.list) : undefined;
  }
  switch (column) {
    case "string":
      return typeof value === "string" ? value : undefined;
    case "integer":
      return Number.isInteger(value) && Math.abs(Number(value)) <= MAX_INTEGER ? value : undefined;
    case "long":
      return Number.isSafeInteger(value) ? BigInt(Number(value)) : undefined;
    case "double":
      return typeof value === "number" && Number.isFinite(value) ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    default:
      return column satisfies never;
  }
}

/** Converts a whole list or nothing: part of a list would be wrong. */
function fitList(items: readonly unknown[], column: Column): readonly unknown[] | undefined {
  const inside = new Map<string, string>();
  const fitted = items.map((item) => fit(item, column, "", inside));
  return inside.size > 0 || fitted.includes(undefined) ? undefined : fitted;
}

/** Keeps objects by member, so that each can be queried, and lists as JSON. */
function keep(value: unknown, path: string, leftover: Map<string, string>): void {
  if (isObject(value) && Object.keys(value).length > 0) {
    for (const [key, member] of Object.entries(value)) keep(member, `${path}.${key}`, leftover);
    return;
  }
  const name = path.startsWith(`${UNMAPPED}.`) ? path.slice(UNMAPPED.length + 1) : path;
  // Two paths may have one name; the full path distinguishes them.
  let key = leftover.has(name) ? path : name;
  while (leftover.has(key)) key += "_";
  leftover.set(key, typeof value === "string" ? value : JSON.stringify(value));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
