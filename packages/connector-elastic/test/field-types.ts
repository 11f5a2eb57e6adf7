export type Product = "elasticsearch" | "opensearch";

/** A field's mapping, or an object's. */
export interface Field {
  readonly [setting: string]: unknown;
}

export type Fields = Readonly<Record<string, Field>>;

/** Found by its whole value; one over 1,024 characters is kept and not found. */
export const keyword: Field = { type: "keyword", ignore_above: 1024 };
export const text: Field = { type: "text" };
export const integer: Field = { type: "integer" };
export const long: Field = { type: "long" };
export const float: Field = { type: "float" };
export const double: Field = { type: "double" };
export const boolean: Field = { type: "boolean" };
export const ip: Field = { type: "ip" };
export const geoPoint: Field = { type: "geo_point" };

export function object(properties: Fields): Field {
  return { properties };
}

export function keywords(...names: readonly string[]): Fields {
  return each(names, keyword);
}

export function each(names: readonly string[], field: Field): Fields {
  return Object.fromEntries(names.map((name) => [name, field]));
}

/**
 * Objects of any members. Elasticsearch finds each as text; OpenSearch keeps them only, for it would refuse an event with a value
 * over 32 KB in one.
 */
export function anything(product: Product): Field {
  return product === "elasticsearch"
    ? { type: "flattened", depth_limit: 64, ignore_above: 1024 }
    : { type: "object", enabled: false };
}
