import { isJsonObject, isWrittenAsInteger, type JsonObject } from "../json-value.ts";
import { type ItemSource, readClass, readObject } from "./schema-source.ts";

/**
 * Returns whether an event has a number without a fraction in a float attribute. Follows only attributes that may
 * contain floats.
 */
export function hasWholeFloat(event: object): boolean {
  if (!isJsonObject(event) || typeof event.class_uid !== "number") return false;
  const branches = classBranches(event.class_uid);
  return branches !== undefined && anyWholeFloat(event, branches, 0);
}

interface Branch {
  readonly name: string;
  /** The object to enter; undefined for a float itself. */
  readonly object: string | undefined;
}

// Deeper than any real event; objects may contain themselves.
const deepest = 100;

function anyWholeFloat(item: JsonObject, branches: readonly Branch[], depth: number): boolean {
  for (const { name, object } of branches) {
    const value = item[name];
    if (value === undefined || value === null) continue;
    if (Array.isArray(value)) {
      for (const element of value) if (isWholeFloat(element, object, depth)) return true;
    } else if (isWholeFloat(value, object, depth)) return true;
  }
  return false;
}

function isWholeFloat(value: unknown, object: string | undefined, depth: number): boolean {
  if (object === undefined) return typeof value === "number" && isWrittenAsInteger(value);
  return depth < deepest && isJsonObject(value) && anyWholeFloat(value, objectBranches(object), depth + 1);
}

const classes = new Map<number, readonly Branch[]>();
const objects = new Map<string, readonly Branch[]>();

function classBranches(uid: number): readonly Branch[] | undefined {
  let branches = classes.get(uid);
  if (branches === undefined) {
    const source = readClass("extended", uid);
    if (source === undefined) return undefined;
    branches = branchesOf(source);
    classes.set(uid, branches);
  }
  return branches;
}

function objectBranches(name: string): readonly Branch[] {
  let branches = objects.get(name);
  if (branches === undefined) {
    branches = branchesOf(readObject("extended", name));
    objects.set(name, branches);
  }
  return branches;
}

function branchesOf({ floats = [], attributes }: ItemSource): readonly Branch[] {
  const types = new Map(attributes.map(([name, type]) => [name, type]));
  return floats.map((name) => {
    const type = types.get(name);
    return { name, object: type?.startsWith("@") ? type.slice(1) : undefined };
  });
}
