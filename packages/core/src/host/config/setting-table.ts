import { z } from "zod";
import type { OperatorOnly } from "../../connector/operator-only.ts";

/** What a person needs to know of one setting; forms, documents, environment variables and error texts follow from it. */
export interface Setting {
  readonly key: string;
  readonly type: "string" | "boolean" | "integer" | "number" | "list" | "other";
  readonly choices: readonly string[] | undefined;
  readonly defaultValue: unknown;
  readonly isRequired: boolean;
  readonly isSecret: boolean;
  /** What of it an organisation must not set; undefined where it may set anything. */
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

/** The JSON Schema of what a user writes for a connector. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}

const known = new WeakMap<z.ZodType, readonly Setting[]>();

/** The settings of a flat configuration schema, in its order. Read once: thousands of destinations may share a schema. */
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
      // Text or a list of texts, text or a number with a unit: text is a way to write all of them.
      return anyOf.some((option) => propertySchema.parse(option).type === "string") ? "string" : "other";
  }
}

/** Text from an environment variable as the value that a setting wants; left as it is where it does not fit, for the schema to refuse. */
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

/** `url` of the prefix `SPLUNK_HEC` is `SPLUNK_HEC_URL`. */
export function variableOf(prefix: string, key: string): string {
  return `${prefix}_${key.toUpperCase()}`;
}
