import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chart } from "./chart.ts";
import { markdownTable } from "./markdown.ts";
import { writeInto } from "./performance-page.ts";
import type { CaseResult } from "./summarise.ts";

export interface Report {
  readonly machine: string;
  readonly events: number;
  readonly rounds: number;
  readonly cases: readonly CaseResult[];
}

const docs = join(import.meta.dirname, "..", "..", "..", "docs");

/** What is measured beside the cases, each in a process of its own. */
const others = ["latency", "memory"];

/** Puts the results into docs/performance.md with those of the other measurements, and the chart beside it. */
export function writeReport({ machine, events, rounds, cases }: Report): void {
  const head = `${machine}; ${events.toLocaleString("en")} events a round, medians of ${rounds} rounds.`;
  const rest = others.map((command) => `\`\`\`text\n${measured(command)}\`\`\`\n`);
  const body = [head, ...cases.map(markdownTable), ...rest].join("\n\n");
  writeInto("bench", body);
  writeFileSync(join(docs, "performance.svg"), chart(cases));
}

function measured(command: string): string {
  const main = join(import.meta.dirname, "..", "main.js");
  return execFileSync(process.execPath, [main, command], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
