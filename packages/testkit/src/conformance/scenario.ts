import type { OcsfEvent } from "@arbitex/core";
import type { DeliverySettings } from "@arbitex/core/host";
import type { FaultName } from "@arbitex/simulators";
import type { Account } from "./account.ts";
import { accountOf, accountProblems } from "./account.ts";
import type { Run } from "./run.ts";
import { idOf, recentEvents, settledAndThere, startRun } from "./run.ts";
import type { ScenarioSubject, SimulatedSiem } from "./subject.ts";

/** One fault and its permitted effects. */
export interface Scenario {
  readonly fault: FaultName;
  /** The connector's reaction, as the name of a test. */
  readonly title: string;
  readonly events: number;
  readonly delivery?: Partial<DeliverySettings>;
  readonly maxBodyBytes?: number;
  /** Capability of the simulator that the fault needs. */
  readonly needs?: keyof SimulatedSiem & ("refuseCredentials" | "poison");
  /** Whether events may be stored twice, because the answer to the first attempt was lost. */
  readonly mayRepeat?: boolean;
  /** Number of events that must become dead letters. Default 0. */
  readonly deadLetters?: number;
  /** Most posts in addition to those of a run without the fault. */
  readonly extraPosts: number;
  /** Publishes the events and waits until they are settled. Returns problems found on the way. */
  readonly drive: (run: Run, events: readonly OcsfEvent[], options: ScenarioOptions) => Promise<readonly string[]>;
}

/** Settings of one run. */
export interface ScenarioOptions {
  /** Delay of the fault `slow`, in real milliseconds. Default 250. */
  readonly slowMs?: number;
}

/** The result of one run: the account, and what was wrong. */
export interface ScenarioReport extends Account {
  readonly fault: FaultName;
  /** The failed expectations, as sentences; empty on success. */
  readonly problems: readonly string[];
}

/** Delivers events through a real host under one fault and returns the account. */
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

/** Why the fault cannot occur with this connector's SIEM; undefined when it can. */
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

/** Without jitter, so that runs are repeatable. */
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

/** On a shared connection each fault costs every batch under way one post, at most all of them. */
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
