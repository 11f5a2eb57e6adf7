import { execFileSync } from "node:child_process";
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

/** What is measured beside the cases, each in a process of its own. */
const others = ["latency", "memory"];

/** Puts the results into docs/performance.md with those of the other measurements, and the chart beside it. */
export function writeReport({ machine, events, rounds, cases }: Report): void {
  const path = join(docs, "performance.md");
  const page = readFileSync(path, "utf8");
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${path} has no ${BEGIN} … ${END} to put the results in`);
  const head = `${machine}; ${events.toLocaleString("en")} events a round, medians of ${rounds} rounds.`;
  const rest = others.map((command) => `\`\`\`text\n${measured(command)}\`\`\`\n`);
  const body = [head, ...cases.map(markdownTable), ...rest].join("\n\n");
  writeFileSync(path, `${page.slice(0, begin)}${BEGIN}\n\n${body}\n${page.slice(end)}`);
  writeFileSync(join(docs, "performance.svg"), chart(cases));
}

function measured(command: string): string {
  const main = join(import.meta.dirname, "..", "main.js");
  return execFileSync(process.execPath, [main, command], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
