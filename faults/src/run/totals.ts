import type { Verdict } from "../oracle/judge.ts";
import type { Played } from "./play-seeds.ts";

/** The account of all runs together. */
export function totalsOf(played: readonly Played[]) {
  const reports = played.map(({ report }) => report);
  const verdicts = reports.flatMap((report) => report.verdicts);
  const sum = (figure: (verdict: Verdict) => number) => verdicts.reduce((total, verdict) => total + figure(verdict), 0);
  return {
    schedules: played.length,
    processes: reports.reduce((total, { lives }) => total + lives, 0),
    scrapes: reports.reduce((total, { scrapes }) => total + scrapes, 0),
    offered: reports.reduce((total, { offered }) => total + offered, 0),
    acknowledged: reports.reduce((total, { acknowledged }) => total + acknowledged, 0),
    // From here on per destination.
    stored: sum(({ stored }) => stored),
    repeated: sum(({ repeated }) => repeated),
    dead_lettered: sum(({ deadLettered }) => deadLettered),
    queued: sum(({ queued }) => queued),
    lost: sum(({ lost }) => lost.length),
    failed_seeds: played.filter(({ report }) => report.problems.length > 0).map(({ schedule }) => schedule.seed),
  };
}
