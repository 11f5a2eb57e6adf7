import type { OcsfEvent } from "@arbitex/core";
import type { DeliverySettings } from "@arbitex/core/host";
import type { FaultName } from "@arbitex/simulators";
import type { Account } from "./account.ts";
import { accountOf, accountProblems } from "./account.ts";
import type { Run } from "./run.ts";
import { idOf, recentEvents, settledAndThere, startRun } from "./run.ts";
import type { ScenarioSubject, SimulatedSiem } from "./subject.ts";

/** One fault, and what may come of it. */
export interface Scenario {
  readonly fault: FaultName;
  /** What a connector does about it, as the name of a test. */
  readonly title: string;
  readonly events: number;
  readonly delivery?: Partial<DeliverySettings>;
  readonly maxBodyBytes?: number;
  /** A capability of the simulator without which there is no such fault. */
  readonly needs?: keyof SimulatedSiem & ("refuseCredentials" | "poison");
  /** Whether the SIEM may have stored events whose answer was lost, so that they are stored again. */
  readonly mayRepeat?: boolean;
  /** How many events must end as dead letters; none where it is not given. */
  readonly deadLetters?: number;
  /** How many more posts than without the fault there may be. */
  readonly extraPosts: number;
  /** Publishes the events and waits until they are settled; gives what was wrong on the way. */
  readonly drive: (run: Run, events: readonly OcsfEvent[], options: ScenarioOptions) => Promise<readonly string[]>;
}

export interface ScenarioOptions {
  /** How late the answer of the fault `slow` comes, in real milliseconds. 250 where it is not given. */
  readonly slowMs?: number;
}

export interface ScenarioReport extends Account {
  readonly fault: FaultName;
  /** What was not as it must be, in sentences; empty when all was. */
  readonly problems: readonly string[];
}

/** Sends events through a real host while one fault strikes, and gives the account. */
export async function runScenario(
  subject: ScenarioSubject,
  scenario: Scenario,
  options: ScenarioOptions = {},
): Promise<ScenarioReport> {
  const { fault, delivery, maxBodyBytes, drive } = scenario;
  const events = recentEvents(scenario.events);
  const usualPosts = await postsWithoutFault(subject, scenario, events);
  const run = await startRun(subject, {
    delivery: settled(delivery),
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
  });
  try {
    const onTheWay = await drive(run, events, options);
    const sentIds = events.map(idOf);
    await settledAndThere(run, () => accountOf(run, sentIds).lost.length === 0);
    const account = accountOf(run, sentIds);
    return {
      fault,
      ...account,
      problems: [
        ...onTheWay,
        ...accountProblems(run, sentIds),
        ...deadLetterProblems(run, scenario),
        ...repeatProblems(account, scenario, subject, run),
        ...postProblems(account.posts, usualPosts + extraPosts(subject, scenario, usualPosts)),
        ...healthProblems(run),
      ],
    };
  } finally {
    await run.stop();
  }
}

/** Why a fault cannot strike this connector's SIEM; undefined when it can. */
export async function lackOf(
  { simulator }: ScenarioSubject,
  { fault, needs }: Pick<Scenario, "fault" | "needs">,
): Promise<string | undefined> {
  const lack = simulator.lacks?.[fault];
  if (lack !== undefined || needs === undefined) return lack;
  const siem = await simulator.start({});
  await siem.close();
  return siem[needs] === undefined ? `The simulator has no ${needs}().` : undefined;
}

/** Without jitter a run repeats itself. */
function settled(delivery: Partial<DeliverySettings> = {}): Partial<DeliverySettings> {
  return { jitter: "none", ...delivery };
}

async function postsWithoutFault(
  subject: ScenarioSubject,
  { delivery }: Scenario,
  events: readonly OcsfEvent[],
): Promise<number> {
  const run = await startRun(subject, { delivery: settled(delivery) });
  try {
    await run.host.publish(events);
    await run.host.settled();
    return accountOf(run, []).posts;
  } finally {
    await run.stop();
  }
}

function deadLetterProblems({ deadLetters }: Run, { deadLetters: expected = 0 }: Scenario): readonly string[] {
  const [first] = deadLetters;
  const isUnreasoned = deadLetters.some(({ reason }) => reason.trim() === "");
  return [
    ...(deadLetters.length === expected || first === undefined
      ? []
      : [
          `${deadLetters.length} events were dead-lettered instead of ${expected}, such as: ${first.stage}, ${first.reason}`,
        ]),
    ...(deadLetters.length < expected && first === undefined ? ["no event was dead-lettered"] : []),
    ...(isUnreasoned ? ["a dead letter has no reason"] : []),
    ...(expected > 0 && deadLetters.some(({ stage }) => stage !== "rejected")
      ? ["a refused event is not in the stage rejected"]
      : []),
  ];
}

function repeatProblems(
  { repeated }: Account,
  { mayRepeat = false }: Scenario,
  { storesOnce = false }: ScenarioSubject,
  run: Run,
): readonly string[] {
  const struck = run.requests.filter(({ fault }) => fault !== undefined).length;
  const most = mayRepeat && !storesOnce ? Math.max(1, struck) * BATCH_SIZE : 0;
  return repeated > most ? [`${repeated} events are stored again, at most ${most} may be`] : [];
}

/** On a shared connection each fault costs every batch under way a post; all of them may be. */
function extraPosts({ simulator }: ScenarioSubject, { extraPosts: each }: Scenario, usualPosts: number): number {
  return simulator.sharesConnection === true ? each * usualPosts : each;
}

function postProblems(posts: number, most: number): readonly string[] {
  return posts > most ? [`${posts} posts were made, at most ${most} are needed`] : [];
}

function healthProblems(run: Run): readonly string[] {
  const { health, reason = "" } = run.status();
  return health === "healthy" ? [] : [`in the end the destination is ${health}: ${reason}`];
}

/** The host's own defaults. */
const BATCH_SIZE = 100;
