import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT, RUNS } from "../root.ts";
import type { RunReport } from "../run/report.ts";
import { reportLines } from "../run/report-text.ts";
import { runSchedule } from "../run/run-schedule.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { stepLine } from "../schedule/schedule-text.ts";
import { documentText } from "./document.ts";
import { isolationSchedule } from "./isolation.ts";
import { scheduleOf } from "./table-fault.ts";
import { tableFaults } from "./table-faults.ts";
import type { Row } from "./table-text.ts";
import { isolationText, rowOf, tableText } from "./table-text.ts";

export interface TableOptions {
  readonly types: readonly string[];
  /** Only rows whose title holds this text; then nothing is written. */
  readonly only: string;
  /** Threads that deliver, instead of none; then nothing is written. */
  readonly workers: number | undefined;
  readonly say: (line: string) => void;
}

/** Plays every row and writes `docs/faults.md`. Resolves to what was wrong, in sentences. */
export async function writeTable({ types, only, workers, say }: TableOptions): Promise<readonly string[]> {
  const problems: string[] = [];
  const rows: Row[] = [];
  const play = async (title: string, schedule: Schedule): Promise<RunReport> => {
    say(title);
    const folder = join(RUNS, "table");
    const report = await runSchedule(workers === undefined ? schedule : { ...schedule, workers }, {
      folder,
      onStep: (step) => say(stepLine(step)),
    });
    for (const line of reportLines(report)) say(line);
    problems.push(...report.problems.map((problem) => `${title}: ${problem}`));
    if (report.problems.length === 0) await rm(folder, { recursive: true, force: true });
    return report;
  };

  for (const fault of tableFaults.filter(({ title }) => title.includes(only))) {
    rows.push(rowOf(fault.title, types, await play(fault.title, scheduleOf(fault, types))));
  }
  if (only !== "" || workers !== undefined) {
    say(tableText(types, rows));
    return problems;
  }
  const isolation = await play("one destination dead for 20 s", isolationSchedule(types));
  const text = documentText({ table: tableText(types, rows), isolation: isolationText(types, isolation), problems });
  await writeFile(join(ROOT, "docs", "faults.md"), text);
  return problems;
}
