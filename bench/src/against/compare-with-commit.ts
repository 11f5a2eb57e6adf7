// Compares this build with that of an earlier commit, in alternating rounds and beside the same yardsticks.
import type { BenchCase } from "../cases.ts";
import { cases } from "../cases.ts";
import { machine } from "../report/machine.ts";
import { writeInto } from "../report/performance-page.ts";
import { median } from "../report/summarise.ts";
import { repositoryRoot } from "../repository-root.ts";
import { runContender } from "../run-contender.ts";
import { builtWorktree } from "./built-worktree.ts";
import type { Comparison } from "./comparisons.ts";
import { comparisons } from "./comparisons.ts";

export interface AgainstOptions {
  readonly commit: string | undefined;
  /** Names of comparisons; all if empty. */
  readonly names: readonly string[];
  readonly events: number;
  readonly rounds: number;
  /** Puts the table into docs/performance.md. */
  readonly write: boolean;
}

const KNOWN = comparisons.map(({ name }) => name);

export async function compareWithCommit({ commit, names, events, rounds, write }: AgainstOptions): Promise<void> {
  const unknown = names.find((name) => !KNOWN.includes(name));
  if (commit === undefined || unknown !== undefined) {
    process.stderr.write(`npm run bench -- against COMMIT [${KNOWN.join("|")}]…\n`);
    process.exitCode = 2;
    return;
  }
  const before = builtWorktree(commit);
  const rows: string[] = [];
  for (const comparison of comparisons) {
    if (names.length > 0 && !names.includes(comparison.name)) continue;
    const row = await rowOf(comparison, { before, events, rounds });
    process.stdout.write(`${row}\n`);
    rows.push(row);
  }
  const head = `${machine()}; ${events.toLocaleString("en")} events a round, medians of ${rounds} rounds, against commit ${commit}.`;
  const table = [
    head,
    "",
    "| | now | before | now ÷ before | now ÷ others |",
    "| --- | ---: | ---: | ---: | --- |",
    ...rows,
  ].join("\n");
  if (write) writeInto("against", table);
  else process.stdout.write(`\n${table}\n`);
}

interface Measuring {
  /** The earlier build's repository. */
  readonly before: string;
  readonly events: number;
  readonly rounds: number;
}

async function rowOf(comparison: Comparison, { before, events, rounds }: Measuring): Promise<string> {
  const { name, title, ours } = comparison;
  const benchCase = cases.find((each) => each.name === comparison.case);
  if (benchCase === undefined) throw new Error(`there is no case named "${comparison.case}"`);
  const beside = comparison.beside.filter((each) => isPresent(benchCase, each));
  const runs = [
    { label: "now", contender: ours, root: repositoryRoot },
    { label: "before", contender: comparison.before ?? ours, root: before },
    ...beside.map((contender) => ({ label: contender, contender, root: repositoryRoot })),
  ];
  const measured = new Map<string, number[]>(runs.map(({ label }) => [label, []]));
  for (let round = 1; round <= rounds; round++) {
    // The order alternates, so that a machine that slows down favours neither.
    for (const { label, contender, root } of round % 2 === 1 ? runs : runs.toReversed()) {
      process.stderr.write(`${name}  round ${round}/${rounds}  ${label}\n`);
      const { cpuSecondsPerMillion } = await runContender(benchCase, contender, events, root);
      measured.get(label)?.push(cpuSecondsPerMillion);
    }
  }
  const secondsOf = (label: string) => measured.get(label) ?? [];
  const ratioTo = (label: string) =>
    median(secondsOf("now").map((seconds, round) => seconds / (secondsOf(label)[round] ?? Number.NaN))).toFixed(2);
  const medianOf = (label: string) => median(secondsOf(label)).toFixed(1);
  const others = beside.map((label) => `${ratioTo(label)} × ${label}`).join("; ");
  return `| ${title} | ${medianOf("now")} | ${medianOf("before")} | **${ratioTo("before")}** | ${others} |`;
}

function isPresent({ contenders }: BenchCase, name: string): boolean {
  const contender = contenders[name];
  return contender !== undefined && (contender.kind === "sender" || contender.find() !== undefined);
}
