import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RUNS } from "../root.ts";
import { makeSchedule } from "../schedule/make-schedule.ts";
import type { QueueStoreName, Schedule } from "../schedule/schedule.ts";
import { scheduleLines, stepLine } from "../schedule/schedule-text.ts";
import type { RunReport } from "./report.ts";
import { reportJson, reportLines } from "./report-text.ts";
import { runSchedule } from "./run-schedule.ts";

export interface SeedsOptions {
  readonly firstSeed: number;
  /** No schedule begins after this time, or after so many of them. */
  readonly forMs: number;
  readonly atMost: number;
  readonly store: QueueStoreName;
  /** Threads that deliver, instead of as many as the seed says. */
  readonly workers: number | undefined;
  readonly types: readonly string[];
  /** Keep the folders of runs in which all went well, too. */
  readonly keep: boolean;
  readonly say: (line: string) => void;
}

/** One run and what became of it. */
export interface Played {
  readonly schedule: Schedule;
  readonly report: RunReport;
}

/** Plays schedule after schedule, each made from the next seed. */
export async function playSeeds(options: SeedsOptions): Promise<readonly Played[]> {
  const { firstSeed, forMs, atMost, store, workers, types, say } = options;
  const startedAt = performance.now();
  const played: Played[] = [];
  for (let seed = firstSeed; played.length < atMost && performance.now() - startedAt < forMs; seed++) {
    const made = makeSchedule({ seed, store, types });
    const schedule = workers === undefined ? made : { ...made, workers };
    for (const line of scheduleLines(schedule)) say(line);
    const report = await playOne(schedule, options);
    for (const line of reportLines(report)) say(line);
    played.push({ schedule, report });
  }
  return played;
}

async function playOne(schedule: Schedule, { keep, say }: SeedsOptions): Promise<RunReport> {
  const folder = join(RUNS, `seed-${schedule.seed}`);
  const report = await runSchedule(schedule, { folder, onStep: (step) => say(stepLine(step)) });
  await writeFile(join(folder, "schedule.json"), `${JSON.stringify(schedule, undefined, 2)}\n`);
  await writeFile(join(folder, "report.json"), `${JSON.stringify(reportJson(report), undefined, 2)}\n`);
  if (report.problems.length > 0) {
    say(
      `  FAILED. To play it again: npm run faults -- --seed ${schedule.seed} --schedules 1 --store ${schedule.store} --workers ${schedule.workers}`,
    );
    say(`  Schedule, log, queue and dead letters are in ${folder}`);
  } else if (!keep) await rm(folder, { recursive: true, force: true });
  return report;
}
