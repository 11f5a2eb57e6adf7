import type { Log } from "./monitor.ts";

/** As much of a detection rule as decides what it finds. */
export interface Rule {
  readonly queries: readonly {
    readonly name: string;
    readonly groupByFields: readonly string[];
    readonly distinctFields: readonly string[];
  }[];
  /** Terms such as `events >= 10`, joined by `&&`. */
  readonly condition: string;
  readonly windowMs: number;
}

/** The groups that a rule names: those of which some window fits its condition. `found` has the logs of each query. */
export function detected(
  { queries, condition, windowMs }: Rule,
  found: readonly (readonly Log[])[],
): readonly string[] {
  const byGroup = new Map<string, { readonly query: string; readonly value: string; readonly at: number }[]>();
  for (const [index, { name, groupByFields, distinctFields }] of queries.entries()) {
    for (const log of found[index] ?? []) {
      const [group, value] = [groupByFields, distinctFields].map((fields) =>
        fields.map((field) => textAt(log, field)).join(" "),
      );
      const hits = byGroup.get(group ?? "") ?? [];
      byGroup.set(group ?? "", [...hits, { query: name, value: value ?? "", at: log.timestamp }]);
    }
  }
  const terms = condition.split(" && ").map((term) => {
    const [, name, least] = /^(\w+) >= (\d+)$/.exec(term) ?? [];
    if (name === undefined) throw new Error(`the condition has ${term}, which this cannot read`);
    return { name, least: Number(least) };
  });
  const isFound = (hits: readonly { query: string; value: string; at: number }[]) =>
    hits.some(({ at: start }) =>
      terms.every(({ name, least }) => {
        const inWindow = hits.filter(({ query, at }) => query === name && at >= start && at < start + windowMs);
        return new Set(inWindow.map(({ value }) => value)).size >= least;
      }),
    );
  return [...byGroup].flatMap(([group, hits]) => (isFound(hits) ? [group] : []));
}

/** Text of a facet such as `@user.groups.name`: of a list, its first one. */
function textAt(log: Log, facet: string): string {
  const value = facet
    .slice(1)
    .split(".")
    .reduce<unknown>((object, key) => {
      const [one] = Array.isArray(object) ? object : [object];
      return typeof one === "object" && one !== null ? Reflect.get(one, key) : undefined;
    }, log.custom);
  return String(value);
}
