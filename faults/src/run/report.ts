import { join } from "node:path";
import type { EventSupply } from "../client/event-supply.ts";
import type { Ledger } from "../client/ledger.ts";
import type { RunningLoad } from "../client/load.ts";
import { readConfessions } from "../oracle/confessions.ts";
import { finalAccount } from "../oracle/final-account.ts";
import type { IdentityWatch } from "../oracle/identity.ts";
import type { Offers, Verdict } from "../oracle/judge.ts";
import { judge } from "../oracle/judge.ts";
import { readDeadLetters } from "../oracle/dead-letters.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { deadLetterFolder } from "../server/environment.ts";
import type { LifeEnd } from "../server/server-life.ts";
import type { Supervisor } from "../server/supervisor.ts";
import type { Fleet } from "../siems/fleet.ts";
import { evidenceOf } from "./evidence.ts";
import type { Settling } from "./settling.ts";
import type { Timeline } from "./timeline.ts";

/** The account of one run. */
export interface RunReport {
  readonly offered: number;
  readonly acknowledged: number;
  /** Processes of the server. */
  readonly lives: number;
  readonly scrapes: number;
  readonly verdicts: readonly Verdict[];
  /** By destination, how long after the end of the faults nothing was queued any more. */
  readonly settledMs: ReadonlyMap<string, number>;
  /** The longest queue that was seen, by destination. */
  readonly mostQueued: ReadonlyMap<string, number>;
  /** Lines of dead letters that broke off. */
  readonly torn: number;
  /** What clients were answered other than 202, and how often. */
  readonly answers: ReadonlyMap<string, number>;
  /** In sentences; empty when nothing was lost and every account adds up. */
  readonly problems: readonly string[];
}

export interface RunRemains {
  readonly schedule: Schedule;
  readonly folder: string;
  readonly supply: EventSupply;
  readonly ledger: Ledger;
  readonly running: RunningLoad;
  readonly watch: IdentityWatch;
  readonly fleet: Fleet;
  readonly supervisor: Supervisor;
  readonly timeline: Timeline;
  /** What a good answer proves, by destination. */
  readonly guarantees: ReadonlyMap<string, string>;
  readonly mostQueued: ReadonlyMap<string, number>;
  readonly settling: Settling;
  readonly end: LifeEnd;
}

/** Looks at all that a run has left behind. */
export async function reportOn(remains: RunRemains): Promise<RunReport> {
  const { schedule, folder, ledger, running, watch, supervisor, timeline, mostQueued, settling, end } = remains;
  const { deadLetters, torn } = await readDeadLetters(deadLetterFolder(folder));
  const confessions = await readConfessions(join(folder, "server.log"));
  const account = finalAccount(end.stdout);
  if (account !== undefined) watch.look(supervisor.lives(), account);
  const offers = offersOf(remains);
  const verdicts = schedule.destinations.map((planned) => {
    const evidence = evidenceOf(planned, { ...remains, deadLetters, confessions });
    return judge({ ...evidence, queued: account?.get(planned.type)?.queued ?? 0 }, offers);
  });
  return {
    offered: running.offered(),
    acknowledged: ledger.acknowledged.size,
    lives: supervisor.lives(),
    scrapes: watch.scrapes,
    verdicts,
    settledMs: settling.settledMs,
    mostQueued,
    torn,
    answers: running.answers,
    problems: [
      ...supervisor.mishaps,
      ...timeline.problems,
      ...settling.problems,
      ...(account === undefined ? [`the server ended without an account: ${end.lastWords.slice(-500)}`] : []),
      ...some(watch.problems),
      ...some(ledger.refusals),
      ...verdicts.flatMap(({ destination, problems }) => problems.map((problem) => `${destination}: ${problem}`)),
    ],
  };
}

function offersOf({ schedule, supply, ledger, supervisor }: RunRemains): Offers {
  const least = new Map(schedule.destinations.map(({ type, minSeverityId = 0 }) => [type, minSeverityId]));
  return {
    acknowledged: ledger.acknowledged,
    lives: supervisor.lives(),
    id: supply.id,
    indexOf: supply.indexOf,
    timesOffered: ledger.timesOffered,
    wants: (type, index) => supply.severityId(index) >= (least.get(type) ?? 0),
  };
}

/** The first of many alike. */
function some(problems: readonly string[]): readonly string[] {
  return problems.length <= 5 ? problems : [...problems.slice(0, 5), `and ${problems.length - 5} more like these`];
}
