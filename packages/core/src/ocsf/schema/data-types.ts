import { type DataTypeSource, readDataTypes } from "./schema-source.ts";

export type Primitive = "boolean" | "float" | "integer" | "long" | "string" | "json";

/** A data type with the constraints of its values. */
export interface DataType {
  readonly kind: "scalar";
  readonly name: string;
  readonly primitive: Primitive;
  readonly range: readonly [low: number, high: number] | undefined;
  readonly maxLength: { readonly limit: number; readonly isOwn: boolean } | undefined;
  readonly regex: RegExp | undefined;
}

let prepared: ReadonlyMap<string, DataType> | undefined;

export function dataType(name: string): DataType {
  prepared ??= prepare();
  const found = prepared.get(name);
  if (found === undefined)
    throw new Error(`The generated tables have no data type "${name}"; run the generator again.`);
  return found;
}

function prepare(): ReadonlyMap<string, DataType> {
  const sources = readDataTypes();
  return new Map([...sources].map(([name, source]) => [name, toDataType(name, source, sources)]));
}

function toDataType(name: string, source: DataTypeSource, sources: ReadonlyMap<string, DataTypeSource>): DataType {
  const parent = source.of === undefined ? undefined : sources.get(source.of);
  const limit = source.maxLength ?? parent?.maxLength;
  return {
    kind: "scalar",
    name,
    primitive: primitiveOf(source.of ?? name),
    range: source.range ?? parent?.range,
    maxLength: limit === undefined ? undefined : { limit, isOwn: source.maxLength !== undefined },
    regex: source.regex === undefined ? undefined : new RegExp(source.regex),
  };
}

function primitiveOf(name: string): Primitive {
  switch (name) {
    case "boolean_t":
      return "boolean";
    case "float_t":
      return "float";
    case "integer_t":
      return "integer";
    case "long_t":
      return "long";
    case "string_t":
      return "string";
    case "json_t":
      return "json";
    default:
      throw new Error(`"${name}" is not a primitive data type of OCSF 1.1.0.`);
  }
}
