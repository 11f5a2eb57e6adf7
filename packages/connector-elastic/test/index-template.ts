import type { Field, Product } from "./field-types.ts";
import { unmappedLeaves } from "./unmapped-fields.ts";
import { properties } from "./ocsf-fields.ts";

/** The index template of a product, as `setup/` holds it. */
export function indexTemplate(product: Product): string {
  const isElastic = product === "elasticsearch";
  const template = {
    index_patterns: ["arbitex-ocsf*"],
    priority: 200,
    data_stream: {},
    template: {
      settings: {
        "index.mapping.ignore_malformed": true,
        // Streams with logsdb would give back another event than they got.
        ...(isElastic && { "index.mapping.source.mode": "stored" }),
      },
      mappings: {
        dynamic: false,
        properties: { ...properties(product), unmapped: isElastic ? leavesOnly() : asObjects() },
      },
    },
    _meta: { description: descriptionFor(isElastic ? "Elasticsearch" : "OpenSearch") },
  };
  const text = JSON.stringify(template, undefined, 2);
  // As the formatter has it.
  return `${text.replaceAll(/\[\s+("[^"]*")\s+\]/g, "[$1]")}\n`;
}

function descriptionFor(name: string): string {
  return `OCSF 1.1 events of Arbitex for ${name}: the fields that are searched, the rest kept in _source`;
}

/**
 * Without objects, nothing in it can be of a wrong shape: an object where a text is mapped is a field of another name, and the
 * other way round.
 */
function leavesOnly(): Field {
  return { type: "object", subobjects: false, dynamic: false, properties: unmappedLeaves("elasticsearch") };
}

/** For OpenSearch, which has nothing but objects. */
function asObjects(): Field {
  return objectOf(Object.entries(unmappedLeaves("opensearch")).map(([path, field]) => [path.split("."), field]));
}

type Leaf = readonly [path: readonly string[], field: Field];

function objectOf(leaves: readonly Leaf[]): Field {
  const members = new Map<string, Leaf[]>();
  for (const [[name = "", ...rest], field] of leaves) members.set(name, [...(members.get(name) ?? []), [rest, field]]);
  const entries = Array.from(members, ([name, below]): [string, Field] => {
    const [first] = below;
    return [name, first !== undefined && first[0].length === 0 ? first[1] : objectOf(below)];
  });
  return { properties: Object.fromEntries(entries) };
}
