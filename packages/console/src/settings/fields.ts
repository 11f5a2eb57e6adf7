import { isRecord, recordOf } from "../api/problem.ts";
import type { Settings } from "../api/types.ts";
import { labelOf } from "./labels.ts";

/** How a setting is entered. */
export type FieldKind =
  | { readonly kind: "text"; readonly isLong: boolean }
  | { readonly kind: "number"; readonly isWhole: boolean; readonly min?: number; readonly max?: number }
  | { readonly kind: "switch" }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | { readonly kind: "list" }
  | { readonly kind: "json" };

/** One setting of a connector, as its JSON Schema describes it. */
export interface Field {
  readonly key: string;
  readonly label: string;
  readonly help: string | undefined;
  readonly input: FieldKind;
  readonly isSecret: boolean;
  readonly isRequired: boolean;
  readonly fallback: unknown;
  readonly example: string | undefined;
}

/** A connector's settings in the order to ask for them. */
export interface FieldGroups {
  readonly main: readonly Field[];
  readonly more: readonly Field[];
  readonly tls: readonly Field[];
}

type Schema = Readonly<Record<string, unknown>>;

/**
 * The fields that count with `settings` as they are: where the schema has variants (`oneOf`) or conditions (`if`, `then`),
 * those of the variant that was chosen. Settings that only the operator may make are left out.
 */
export function fieldsOf(schema: Schema, settings: Settings): FieldGroups {
  const { properties, required } = effective(schema, settings);
  const fields = Object.entries(properties)
    .filter(([, property]) => property["operatorOnly"] !== "always")
    .map(([key, property]) => fieldOf(key, property, required.has(key)));
  const tls = fields.filter(isTls);
  const rest = fields.filter((field) => !isTls(field));
  // A schema names what matters first: everything up to the last setting that is required or secret is the main part.
  const last = rest.findLastIndex((field) => field.isRequired || field.isSecret);
  const end = last === -1 ? rest.length : last + 1;
  return { main: rest.slice(0, end), more: rest.slice(end), tls };
}

function isTls({ key }: Field): boolean {
  return key.startsWith("tls_");
}

interface Effective {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: ReadonlySet<string>;
}

function effective(schema: Schema, settings: Settings): Effective {
  const properties: Record<string, Schema> = {};
  const required = new Set<string>();
  const add = (part: Schema) => {
    for (const [key, property] of Object.entries(recordOf(part["properties"]))) {
      properties[key] = { ...properties[key], ...recordOf(property) };
    }
    for (const key of textsOf(part["required"])) required.add(key);
    for (const each of schemasOf(part["allOf"])) add(each);
    for (const variants of [schemasOf(part["oneOf"]), schemasOf(part["anyOf"])]) addVariant(variants);
    if (isRecord(part["if"])) {
      const chosen = matches(part["if"], settings) ? part["then"] : part["else"];
      if (isRecord(chosen)) add(chosen);
    }
    for (const [key, needed] of Object.entries(recordOf(part["dependentRequired"]))) {
      if (isSet(settings[key])) for (const name of textsOf(needed)) required.add(name);
    }
  };
  const addVariant = (variants: readonly Schema[]) => {
    const discriminator = discriminatorOf(variants);
    if (discriminator === undefined) return;
    const choices = variants.map((variant) => constOf(variant, discriminator));
    const chosen =
      variants.find((variant) => constOf(variant, discriminator) === settings[discriminator]) ?? variants[0];
    if (chosen === undefined) return;
    add(chosen);
    const { const: _const, ...described } = properties[discriminator] ?? {};
    properties[discriminator] = { default: choices[0], ...described, type: "string", enum: choices };
  };
  add(schema);
  return { properties, required };
}

/** The property that has another constant in each variant. */
function discriminatorOf(variants: readonly Schema[]): string | undefined {
  const [first] = variants;
  if (first === undefined) return undefined;
  return Object.keys(recordOf(first["properties"])).find((key) =>
    variants.every((variant) => typeof constOf(variant, key) === "string"),
  );
}

function constOf(variant: Schema, key: string): unknown {
  return recordOf(recordOf(variant["properties"])[key])["const"];
}

/** Whether settings satisfy a condition of constants and choices; what else a condition may hold is not looked at. */
function matches(condition: Schema, settings: Settings): boolean {
  const wanted = Object.entries(recordOf(condition["properties"]));
  const isMet = wanted.every(([key, property]) => {
    const { const: constant, enum: choices } = recordOf(property);
    if (constant !== undefined) return settings[key] === constant;
    return !Array.isArray(choices) || choices.includes(settings[key]);
  });
  return isMet && textsOf(condition["required"]).every((key) => isSet(settings[key]));
}

function fieldOf(key: string, property: Schema, isRequired: boolean): Field {
  const examples = property["examples"];
  const [example]: unknown[] = Array.isArray(examples) ? examples : [];
  return {
    key,
    label: textOf(property["title"]) ?? labelOf(key),
    help: textOf(property["description"]),
    input: kindOf(key, property),
    isSecret: property["writeOnly"] === true,
    isRequired: isRequired && property["default"] === undefined,
    fallback: property["default"],
    example: example === undefined ? undefined : shownOf(example),
  };
}

function kindOf(key: string, property: Schema): FieldKind {
  const choices = property["enum"];
  if (Array.isArray(choices)) return { kind: "choice", choices: choices.map(shownOf) };
  const types = [property, ...schemasOf(property["anyOf"]), ...schemasOf(property["oneOf"])].map(
    (each) => each["type"],
  );
  if (types.includes("string")) return { kind: "text", isLong: isLong(key, property) };
  if (types.includes("boolean")) return { kind: "switch" };
  if (types.includes("integer") || types.includes("number")) {
    const { minimum: min, maximum: max } = property;
    return {
      kind: "number",
      isWhole: !types.includes("number"),
      ...(typeof min === "number" && { min }),
      ...(typeof max === "number" && { max }),
    };
  }
  const items = recordOf(property["items"]);
  if (types.includes("array") && (items["type"] === "string" || items["type"] === undefined)) return { kind: "list" };
  return { kind: "json" };
}

/** Certificates and keys have lines. */
function isLong(key: string, property: Schema): boolean {
  return (
    property["operatorOnly"] === "path" || property["contentMediaType"] !== undefined || key.endsWith("_account_key")
  );
}

/** A value of a schema as a reader sees it. */
export function shownOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function isSet(value: unknown): boolean {
  return value !== undefined && value !== "" && value !== null;
}

function schemasOf(value: unknown): Schema[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
