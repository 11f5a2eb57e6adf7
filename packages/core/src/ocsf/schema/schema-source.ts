import { captions, classes, dataTypes, extendedClasses, extendedObjects, objects } from "../generated/schema-tables.ts";

/** Schema: `base` is plain OCSF 1.1.0; `extended` includes the arbitex extension. */
export type SchemaName = "base" | "extended";

/** A class (with `uid` and `caption`) or object in the generated tables. */
export interface ItemSource {
  readonly name: string;
  readonly uid?: number;
  readonly caption?: string;
  readonly deprecated?: Deprecation;
  readonly constraints?: readonly Constraint[];
  /** Attributes that are floats or contain one. */
  readonly floats?: readonly string[];
  readonly attributes: readonly AttributeSource[];
}

export type Constraint = readonly [kind: string, names: readonly string[]];

export interface Deprecation {
  readonly message: string;
  readonly since: string;
}

/** Name, type (`@name` for an object), requirement, and optional details of an attribute. */
export type AttributeSource = readonly [
  name: string,
  type: string,
  requirement: "req" | "rec" | "opt",
  more?: {
    readonly array?: 1;
    readonly profiles?: readonly string[];
    /** Index in the table of captions. */
    readonly enum?: number;
    readonly sibling?: string;
    readonly deprecated?: Deprecation;
  },
];

export interface DataTypeSource {
  /** The type this one narrows. */
  readonly of?: string;
  readonly range?: readonly [low: number, high: number];
  readonly maxLength?: number;
  readonly regex?: string;
}

/** Returns the class with this uid; undefined if there is none. */
export function readClass(schema: SchemaName, uid: number): ItemSource | undefined {
  const text = (schema === "extended" ? extendedClasses[uid] : undefined) ?? classes[uid];
  return text === undefined ? undefined : decodeItem(text);
}

export function readObject(schema: SchemaName, name: string): ItemSource {
  const text = (schema === "extended" ? extendedObjects[name] : undefined) ?? objects[name];
  if (text === undefined) throw new Error(`The generated tables have no object "${name}"; run the generator again.`);
  return decodeItem(text);
}

/** Returns captions by value; values are text. */
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

// The generator wrote the text and a test keeps it current, so only here its shape is trusted.
function decodeItem(text: string): ItemSource {
  return JSON.parse(text);
}
