import type { AnyConnector } from "@arbitex/core";
import { jsonSchemaOf } from "@arbitex/core/host";
import { z } from "zod";

/** Replaces a secret in answers. Sent back, it keeps the stored value. */
export const SECRET_MARK = "[secret]";

/** The part of a JSON Schema that tells secrets from other settings. */
interface Shape {
  readonly secret?: boolean | undefined;
  readonly writeOnly?: boolean | undefined;
  readonly $ref?: string | undefined;
  readonly properties?: Readonly<Record<string, Shape>> | undefined;
  readonly additionalProperties?: Shape | boolean | undefined;
  readonly items?: Shape | undefined;
  readonly anyOf?: readonly Shape[] | undefined;
  readonly oneOf?: readonly Shape[] | undefined;
  readonly allOf?: readonly Shape[] | undefined;
}

const shape: z.ZodType<Shape> = z.lazy(() => shapeSchema);
const shapeSchema = z.looseObject({
  secret: z.boolean().optional(),
  writeOnly: z.boolean().optional(),
  $ref: z.string().optional(),
  properties: z.record(z.string(), shape).optional(),
  additionalProperties: z.union([z.boolean(), shape]).optional(),
  items: shape.optional(),
  anyOf: z.array(shape).optional(),
  oneOf: z.array(shape).optional(),
  allOf: z.array(shape).optional(),
});

/** Where settings and their secrets are, by the connector's schema. */
export interface Places {
  /** Alternatives. Empty when the schema is unknown; every value is then treated as a secret. */
  readonly shapes: readonly Shape[];
}

/** Without a connector, and under a key that its schema lacks, every value is treated as a secret. */
export function placesOf(connector: AnyConnector | undefined): Places {
  return { shapes: connector === undefined ? [] : [shape.parse(jsonSchemaOf(connector.configSchema))] };
}

export interface Visit {
  /** The replacement of a secret. */
  secret(path: string, value: unknown): unknown;
  /** The replacement of any other string, number or boolean. */
  plain(path: string, value: unknown): unknown;
}

type Values = Readonly<Record<string, unknown>>;

/** Returns a copy of the settings, in their order, with every value replaced by what `visit` returns. */
export function mapSettings(settings: Values, { shapes }: Places, visit: Visit): Record<string, unknown> {
  const known = alternatives(shapes);
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, mapped(value, key, membersOf(known, key), visit)]),
  );
}

function mapped(value: unknown, path: string, shapes: readonly Shape[], visit: Visit): unknown {
  if (value === null || value === undefined) return value;
  const known = alternatives(shapes);
  if (known.length === 0 || known.some(isSecret)) return visit.secret(path, value);
  if (Array.isArray(value)) {
    const items = known.flatMap((one) => one.items ?? []);
    return value.map((item: unknown, index) => mapped(item, `${path}[${index}]`, items, visit));
  }
  if (typeof value !== "object") return visit.plain(path, value);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mapped(inner, `${path}.${key}`, membersOf(known, key), visit)]),
  );
}

function alternatives(shapes: readonly Shape[]): readonly Shape[] {
  return shapes.flatMap((one) => {
    return [one, ...alternatives([...(one.anyOf ?? []), ...(one.oneOf ?? []), ...(one.allOf ?? [])])];
  });
}

/** A `$ref` is not resolved, so its value is treated as a secret. */
function isSecret({ secret, writeOnly, $ref }: Shape): boolean {
  return secret === true || writeOnly === true || $ref !== undefined;
}

function membersOf(shapes: readonly Shape[], key: string): readonly Shape[] {
  return shapes.flatMap(({ properties = {}, additionalProperties }) => {
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (own !== undefined) return [own];
    const isDescribed = typeof additionalProperties === "object" && Object.keys(additionalProperties).length > 0;
    return isDescribed ? [additionalProperties] : [];
  });
}
