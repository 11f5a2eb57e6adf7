import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chart } from "./chart.ts";
import { markdownTable } from "./markdown.ts";
import type { CaseResult } from "./summarise.ts";

export interface Report {
  readonly machine: string;
  readonly events: number;
  readonly rounds: number;
  readonly cases: readonly CaseResult[];
}

const docs = join(import.meta.dirname, "..", "..", "..", "docs");
const BEGIN = "<!-- bench:begin -->";
const END = "<!-- bench:end -->";

/** Puts the results into docs/performance.md, and the chart beside it. */
export function writeReport({ machine, events, rounds, cases }: Report): void {
  const path = join(docs, "performance.md");
  const page = readFileSync(path, "utf8");
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${path} has no ${BEGIN} … ${END} to put the results in`);
  const head = `${machine}; ${events.toLocaleString("en")} events a round, medians of ${rounds} rounds.`;
  const body = [head, ...cases.map(markdownTable)].join("\n\n");
  writeFileSync(path, `${page.slice(0, begin)}${BEGIN}\n\n${body}\n${page.slice(end)}`);
  writeFileSync(join(docs, "performance.svg"), chart(cases));
}
