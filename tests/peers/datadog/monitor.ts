import { z } from "zod";
import type { PythonScript } from "../python-package.ts";

/** A log with its attributes, as Vector's engine looks at it. */
export interface Log {
  readonly source: string;
  readonly timestamp: number;
  readonly custom: Readonly<Record<string, unknown>>;
}

/** A number of a monitor's formula. */
export interface Variable {
  readonly name: string;
  readonly search: { readonly query: string };
  readonly compute: {
    readonly aggregation: "cardinality" | "count" | "max" | "min";
    readonly metric?: string | undefined;
  };
}

export interface Measured {
  readonly script: PythonScript;
  readonly logs: readonly Log[];
  readonly formula: string;
  readonly variables: readonly Variable[];
}

/** By search: the places of the logs that it finds. */
export async function matchesOf(script: PythonScript, searches: readonly string[], logs: readonly Log[]) {
  return z.array(z.array(z.number())).parse(await script({ logs, searches }));
}

/** The value of a formula of sums and differences over logs of one stream; none where a variable has no log. */
export async function measure({ script, logs, formula, variables }: Measured): Promise<readonly number[]> {
  const found = await matchesOf(
    script,
    variables.map(({ search }) => search.query),
    logs,
  );
  const values = new Map<string, number>();
  for (const [index, { name, compute }] of variables.entries()) {
    const numbers = (found[index] ?? []).flatMap((at) => numberAt(logs[at]?.custom, compute.metric));
    if (numbers.length > 0) values.set(name, aggregate[compute.aggregation](numbers));
  }
  if (values.size < variables.length) return [];
  const terms = formula.replaceAll(" - ", " + -").split(" + ");
  return [
    terms.reduce((sum, term) => sum + (term.startsWith("-") ? -1 : 1) * valueOf(term.replace("-", ""), values), 0),
  ];
}

function valueOf(term: string, values: ReadonlyMap<string, number>): number {
  const value = values.get(term) ?? Number(term);
  if (Number.isNaN(value)) throw new Error(`the formula names ${term}, which is no variable`);
  return value;
}

const aggregate = {
  cardinality: (numbers: readonly number[]) => new Set(numbers).size,
  count: (numbers: readonly number[]) => numbers.length,
  max: (numbers: readonly number[]) => Math.max(...numbers),
  min: (numbers: readonly number[]) => Math.min(...numbers),
};

/** The number of a facet such as `@metadata.sequence`. Without one each log counts. */
function numberAt(attributes: unknown, metric: string | undefined): number[] {
  if (metric === undefined) return [1];
  const value = metric
    .slice(1)
    .split(".")
    .reduce<unknown>(
      (object, key) => (typeof object === "object" && object !== null ? Reflect.get(object, key) : undefined),
      attributes,
    );
  return typeof value === "number" ? [value] : [];
}
