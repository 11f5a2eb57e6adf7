import { captions, classes, dataTypes, extendedClasses, extendedObjects, objects } from "../generated/schema-tables.ts";

/** `base` is bare OCSF 1.1.0; `extended` has the arbitex extension compiled in. */
export type SchemaName = "base" | "extended";

/** A class (with `uid` and `caption`) or an object, as the generated tables hold it. */
export interface ItemSource {
  readonly name: string;
  readonly uid?: number;
  readonly caption?: string;
  readonly deprecated?: Deprecation;
  readonly constraints?: readonly Constraint[];
  /** Attributes that are floats or lead to one. */
  readonly floats?: readonly string[];
  readonly attributes: readonly AttributeSource[];
}

export type Constraint = readonly [kind: string, names: readonly string[]];

export interface Deprecation {
  readonly message: string;
  readonly since: string;
}

/** Name, type (`@name` for an object), requirement, and what only some attributes have. */
export type AttributeSource = readonly [
  name: string,
  type: string,
  requirement: "req" | "rec" | "opt",
  more?: {
    readonly array?: 1;
    readonly profiles?: readonly string[];
    /** Position in the table of captions. */
    readonly enum?: number;
    readonly sibling?: string;
    readonly deprecated?: Deprecation;
  },
];

export interface DataTypeSource {
  /** The type that this one narrows. */
  readonly of?: string;
  readonly range?: readonly [low: number, high: number];
  readonly maxLength?: number;
  readonly regex?: string;
}

/** The class with this uid, or undefined. */
export function readClass(schema: SchemaName, uid: number): ItemSource | undefined {
  const text = (schema === "extended" ? extendedClasses[uid] : undefined) ?? classes[uid];
  return text === undefined ? undefined : decodeItem(text);
}

export function readObject(schema: SchemaName, name: string): ItemSource {
  const text = (schema === "extended" ? extendedObjects[name] : undefined) ?? objects[name];
  if (text === undefined) throw new Error(`The generated tables have no object "${name}"; run the generator again.`);
  return decodeItem(text);
}

/** Captions by value, as text. */
export function readCaptions(position: number): ReadonlyMap<string, string> {
  const text = captions[position];
  if (text === undefined) throw new Error(`The generated tables have no enum ${position}; run the generator again.`);
  const decoded: Record<string, string> = JSON.parse(text);
  return new Map(Object.entries(decoded));
}

export function readDataTypes(): ReadonlyMap<string, DataTypeSource> {
  const decoded: Record<string, DataTypeSource> = JSON.parse(dataTypes);
  return new Map(Object.entries(decoded));
}

// The generator wrote the text and a test holds it current, so its shape is trusted here and nowhere else.
function decodeItem(text: string): ItemSource {
  return JSON.parse(text);
}
