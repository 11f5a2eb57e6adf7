import { z } from "zod";
import type { OperatorOnly } from "../../connector/operator-only.ts";

/** One setting, for forms, documents, environment variables and error texts. */
export interface Setting {
  readonly key: string;
  readonly type: "string" | "boolean" | "integer" | "number" | "list" | "other";
  readonly choices: readonly string[] | undefined;
  readonly defaultValue: unknown;
  readonly isRequired: boolean;
  readonly isSecret: boolean;
  /** Which values an organisation must not set; undefined if it may set any. */
  readonly operatorOnly: OperatorOnly | undefined;
  readonly description: string;
}

const propertySchema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
  secret: z.boolean().optional(),
  operatorOnly: z.enum(["path", "always"]).optional(),
});

const objectSchema = z.looseObject({
  properties: z.record(z.string(), propertySchema).optional(),
  required: z.array(z.string()).optional(),
});

type Property = z.output<typeof propertySchema>;

/** Returns the JSON Schema of the settings a user writes for a connector. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}

const known = new WeakMap<z.ZodType, readonly Setting[]>();

/**
 * Returns the settings of a flat configuration schema, in its order. Cached: thousands of destinations may share a
 * schema.
 */
export function settingsOf(schema: z.ZodType): readonly Setting[] {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const settings = readSettings(schema);
  known.set(schema, settings);
  return settings;
}

function readSettings(schema: z.ZodType): readonly Setting[] {
  const { properties = {}, required = [] } = objectSchema.parse(jsonSchemaOf(schema));
  return Object.entries(properties).map(([key, property]) => ({
    key,
    type: typeOf(property),
    choices: property.enum?.map(String),
    defaultValue: property.default,
    isRequired: required.includes(key),
    isSecret: property.secret === true,
    operatorOnly: property.operatorOnly,
    description: property.description ?? "",
  }));
}

function typeOf({ type, anyOf = [] }: Property): Setting["type"] {
  switch (type) {
    case "string":
    case "boolean":
    case "integer":
    case "number":
      return type;
    case "array":
      return "list";
    default:
      // Every option, such as a list or a number with a unit, can also be written as text.
      return anyOf.some((option) => propertySchema.parse(option).type === "string") ? "string" : "other";
  }
}

/**
 * Converts text from an environment variable to the setting's type. Text that does not fit is returned unchanged, for
 * the schema to refuse.
 */
export function fromText(setting: Pick<Setting, "type">, text: string): unknown {
  switch (setting.type) {
    case "boolean":
      if (/^(?:true|yes|on|1)$/i.test(text)) return true;
      return /^(?:false|no|off|0)$/i.test(text) ? false : text;
    case "integer":
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    case "list":
      return text.split(",").map((part) => part.trim());
    case "string":
    case "other":
      return text;
    default:
      return setting.type satisfies never;
  }
}

/** Returns the environment variable of a setting: prefix `SPLUNK_HEC`, key `url` give `SPLUNK_HEC_URL`. */
export function variableOf(prefix: string, key: string): string {
  return `${prefix}_${key.toUpperCase()}`;
}
