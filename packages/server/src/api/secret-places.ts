import type { AnyConnector } from "@arbitex/core";
import { jsonSchemaOf } from "@arbitex/core/host";
import { z } from "zod";

/** What stands for a secret in answers; sent back, it keeps the value. */
export const SECRET_MARK = "[secret]";

/** As much of a JSON Schema as it takes to tell secrets from other settings. */
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

/** The places of settings, as their connector's schema describes them. */
export interface Places {
  /** Alternatives; none where nothing is known, so that everything is taken for a secret. */
  readonly shapes: readonly Shape[];
}

/** Without a connector, or below a key that it does not know, whatever stands there may be a secret. */
export function placesOf(connector: AnyConnector | undefined): Places {
  return { shapes: connector === undefined ? [] : [shape.parse(jsonSchemaOf(connector.configSchema))] };
}

export interface Visit {
  /** Gives what stands in a secret's place instead. */
  secret(path: string, value: unknown): unknown;
  /** The same for any other text, number, or true and false. */
  plain(path: string, value: unknown): unknown;
}

type Values = Readonly<Record<string, unknown>>;

/** Goes through settings in their order and gives a copy with what `visit` made of them. */
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

/** What refers to another place is not followed, and so may be anything. */
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
