import type { BenchCase } from "./cases.ts";
import { cases } from "./cases.ts";
import { machine } from "./report/machine.ts";
import type { CaseResult } from "./report/summarise.ts";
import { summarise } from "./report/summarise.ts";
import { textTable } from "./report/text-table.ts";
import { writeReport } from "./report/write-report.ts";
import type { Measured } from "./measured.ts";
import { runContender } from "./run-contender.ts";

export interface CompareOptions {
  readonly events: number;
  readonly rounds: number;
  readonly cases: readonly string[] | undefined;
  /** Beginnings of contenders' names. */
  readonly only: readonly string[] | undefined;
  readonly json: boolean;
  readonly write: boolean;
}

/** Runs every contender of every case once a round, and prints medians. */
export async function compare(options: CompareOptions): Promise<void> {
  const { events, rounds, json, write } = options;
  const results: CaseResult[] = [];
  for (const benchCase of cases) {
    if (options.cases !== undefined && !options.cases.includes(benchCase.name)) continue;
    const result = summarise(benchCase, await runCase(benchCase, options));
    results.push(result);
    if (!json) process.stdout.write(`${textTable(result)}\n`);
  }
  const report = { machine: machine(), events, rounds, cases: results };
  if (write) writeReport(report);
  const remark = `${events} events of 1.2 KB, batches of 100, medians of ${rounds} rounds; ${report.machine}`;
  process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : `${remark}\n`);
}

async function runCase(
  benchCase: BenchCase,
  { events, rounds, only }: CompareOptions,
): Promise<ReadonlyMap<string, readonly Measured[]>> {
  const names = Object.keys(benchCase.contenders).filter((name) => isWanted(name, benchCase, only));
  const failed = new Set<string>();
  const measured = new Map<string, Measured[]>(names.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const name of names) {
      if (failed.has(name)) continue;
      process.stderr.write(`${benchCase.name}  round ${round}/${rounds}  ${name}\n`);
      try {
        measured.get(name)?.push(await runContender(benchCase, name, events));
      } catch (error) {
        // Whoever loses or doubles events has no figure, and the others still have theirs.
        process.stderr.write(`${name} FAILED: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exitCode = 1;
        failed.add(name);
      }
    }
  }
  for (const name of failed) measured.delete(name);
  return measured;
}

function isWanted(
  name: string,
  { name: caseName, yardstick, contenders }: BenchCase,
  only: CompareOptions["only"],
): boolean {
  if (only !== undefined && name !== yardstick && !only.some((text) => name.startsWith(text))) return false;
  const contender = contenders[name];
  if (contender === undefined) return false;
  if (contender.kind === "sender" || contender.find() !== undefined) return true;
  process.stderr.write(`${caseName}: ${name} IS MISSING: ${contender.hint}\n`);
  return false;
}
