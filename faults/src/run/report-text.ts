import type { Verdict } from "../oracle/judge.ts";
import type { RunReport } from "./report.ts";

/** The account of a run as a person reads it. */
export function reportLines(report: RunReport): readonly string[] {
  const { offered, acknowledged, lives, scrapes, verdicts, settledMs, torn, answers, problems } = report;
  const others = [...answers].map(([answer, times]) => `${answer.trim()} ×${times}`).join(", ");
  return [
    `  ${offered} events offered, ${acknowledged} acknowledged; ${lives} processes, ${scrapes} scrapes` +
      (others === "" ? "" : `; answers: ${others}`) +
      (torn === 0 ? "" : `; ${torn} torn lines of dead letters`),
    ...verdicts.map((verdict) => verdictLine(verdict, settledMs.get(verdict.destination))),
    ...problems.map((problem) => `  PROBLEM ${problem}`),
  ];
}

function verdictLine(verdict: Verdict, settledMs: number | undefined): string {
  const { destination, stored, repeated, deadLettered, ambiguous, unaware, queued, lost, unproven } = verdict;
  const settled = settledMs === undefined ? "never settled" : `settled in ${(settledMs / 1000).toFixed(1)} s`;
  return (
    `  ${destination.padEnd(12)} lost ${lost.length}, stored ${stored}, repeated ${repeated}, ` +
    `dead letters ${deadLettered} (${ambiguous} ambiguous, ${unaware} unaware), queued ${queued}, ${settled}` +
    (unproven === 0 ? "" : `, ${unproven} never confirmed and not there`)
  );
}

/** The account of a run for programs, with every lost id. */
export function reportJson(report: RunReport) {
  return {
    ...report,
    settledMs: Object.fromEntries(report.settledMs),
    mostQueued: Object.fromEntries(report.mostQueued),
    answers: Object.fromEntries(report.answers),
  };
}
