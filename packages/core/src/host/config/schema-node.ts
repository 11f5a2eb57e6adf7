import { z } from "zod";

/** The parts of a setting's JSON Schema that describe its valid values. */
export interface SchemaNode {
  readonly type?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly anyOf?: readonly SchemaNode[] | undefined;
  readonly properties?: Readonly<Record<string, SchemaNode>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly items?: SchemaNode | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly default?: unknown;
  readonly examples?: readonly unknown[] | undefined;
  readonly description?: string | undefined;
  readonly secret?: boolean | undefined;
  /** Description of valid values, where the types do not suffice. */
  readonly expects?: string | undefined;
}

const nodeSchema: z.ZodType<SchemaNode> = z.lazy(() =>
  z.looseObject({
    type: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    anyOf: z.array(nodeSchema).optional(),
    properties: z.record(z.string(), nodeSchema).optional(),
    required: z.array(z.string()).optional(),
    items: nodeSchema.optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    default: z.unknown().optional(),
    examples: z.array(z.unknown()).optional(),
    description: z.string().optional(),
    secret: z.boolean().optional(),
    expects: z.string().optional(),
  }),
);

/** Returns the schema of what a user writes. */
export function schemaNodeOf(schema: z.ZodType): SchemaNode {
  return nodeSchema.parse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
}

/** Returns the schema at a path; an empty one if the schema does not describe it. */
export function nodeAt(root: SchemaNode, path: readonly PropertyKey[]): SchemaNode {
  let node: SchemaNode = root;
  for (const step of path) {
    const options = [node, ...(node.anyOf ?? [])];
    const next = options
      .map(({ items, properties }) => (typeof step === "number" ? items : properties?.[String(step)]))
      .find((found) => found !== undefined);
    if (next === undefined) return {};
    node = next;
  }
  return node;
}

/** Returns the known settings of a map. */
export function keysOf(node: SchemaNode): readonly string[] {
  return [node, ...(node.anyOf ?? [])].flatMap(({ properties = {} }) => Object.keys(properties));
}

/** Describes the type: `a whole number from 1 to 1000`, `one of gzip, none`; undefined if the schema does not tell. */
export function typeText(node: SchemaNode, { isBrief = false } = {}): string | undefined {
  const { expects, type, anyOf = [] } = node;
  if (expects !== undefined) return expects;
  if (node.enum !== undefined) return choiceText(node.enum);
  switch (type) {
    case "boolean":
      return "true or false";
    case "integer":
      return `a whole number${rangeText(node)}`;
    case "number":
      return `a number${rangeText(node)}`;
    case "string":
      return "text";
    case "null":
      return "nothing";
    case "array": {
      const items = node.items && typeText(node.items);
      return items === undefined || isBrief ? "a list" : `a list, of which each is ${items}`;
    }
    case "object": {
      const keys = keysOf(node);
      return keys.length === 0 || isBrief ? "a map of settings" : `a map of settings: ${keys.join(", ")}`;
    }
    default: {
      const options = anyOf.map((option) => typeText(option, { isBrief })).filter((text) => text !== undefined);
      return options.length === 0 ? undefined : [...new Set(options)].join(", or ");
    }
  }
}

function choiceText(values: readonly unknown[]): string {
  const shown = values.map(String);
  return shown.length === 1 ? (shown[0] ?? "") : `one of ${shown.join(", ")}`;
}

function rangeText({ minimum: least, maximum: most }: SchemaNode): string {
  const from = least === undefined || least <= Number.MIN_SAFE_INTEGER ? undefined : least;
  const to = most === undefined || most >= Number.MAX_SAFE_INTEGER ? undefined : most;
  if (from !== undefined && to !== undefined) return ` from ${from} to ${to}`;
  if (from !== undefined) return from === 0 ? ", 0 or more" : `, ${from} or more`;
  return to === undefined ? "" : `, ${to} or less`;
}

/** Returns a valid example; undefined where only the user knows the value. */
export function exampleOf(node: SchemaNode): unknown {
  const { examples: [given] = [], description = "", enum: [choice] = [], type } = node;
  if (given !== undefined) return given;
  const [, described] = /such as `([^`]+)`/.exec(description) ?? [];
  if (described !== undefined) return described;
  if (node.default !== undefined) return node.default;
  if (choice !== undefined) return choice;
  const [, usual] = /\((\d+)[^)]*\)/.exec(description) ?? [];
  if (usual !== undefined && (type === "integer" || type === "number")) return Number(usual);
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return numberInRange(node);
  return undefined;
}

function numberInRange({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: SchemaNode): number {
  return Math.min(maximum, Math.max(minimum, 1));
}
