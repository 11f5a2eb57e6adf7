import { createTestContext } from "../context/test-context.ts";
import { simulators } from "@arbitex/simulators";
import { checkProblems } from "./check-problems.ts";
import { configured, settingsFor } from "./configured.ts";
import { hostilityProblems, purityProblems } from "./encoder-problems.ts";
import { checkAbortProblems, closeProblems, sendAbortProblems } from "./ending-problems.ts";
import { framingProblems } from "./framing-problems.ts";
import { ownLimitProblems, tightLimitProblems } from "./limit-problems.ts";
import { manifestProblems } from "./manifest-problems.ts";
import { lackOf, runScenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";
import { leakedSecretProblems, printedSecretProblems } from "./secret-problems.ts";
import { environmentProblems, settingsProblems } from "./settings-problems.ts";
import type { ConformanceSubject, ScenarioSubject, Settings } from "./subject.ts";

/** One thing that must hold for a connector. */
export interface Check {
  /** A sentence whose subject is the group's name. */
  readonly title: string;
  /** What does not hold, in sentences; empty when all does. */
  readonly problems: () => Promise<readonly string[]>;
  /** Why this is not checked; undefined when it is. */
  readonly leftOut: () => Promise<string | undefined>;
}

export interface CheckGroup {
  readonly name: string;
  readonly checks: readonly Check[];
}

/** A SIEM that knows no fault of credentials has none to check. */
const WRONG_CREDENTIAL = { fault: "401", needs: "refuseCredentials" } as const;
/** Less is no reason. */
const LEAST_REASON = 15;

/** The whole suite for one connector, for any runner of tests. */
export function checksOf(given: ConformanceSubject): readonly CheckGroup[] {
  const { connector, manifest, skip = {} } = given;
  const { displayName, type } = connector;
  const simulator = given.simulator ?? simulators[type];
  if (simulator === undefined) throw new Error(`There is no simulator of ${type}: give one to testConnector().`);
  const subject: ScenarioSubject = { ...given, simulator };
  const withSettings = (problemsOf: (settings: Settings) => readonly string[]) => () =>
    problemsWith(subject, problemsOf);
  return [
    {
      name: displayName,
      checks: [
        check("says in its manifest what its module says", async () => manifestProblems(connector, manifest)),
        check(
          "declares settings that forms, documents and variables can be made from",
          withSettings((settings) => [
            ...settingsProblems(connector, settings),
            ...environmentProblems(connector, settings),
          ]),
        ),
        check(
          "declares a framing, limits and a guarantee that make sense",
          withSettings((settings) => framingProblems(connector, settings)),
        ),
        check("gives a reason for whatever is not checked", async () =>
          reasonProblems({ ...simulator.lacks, ...skip }),
        ),
      ],
    },
    {
      name: `${displayName} and its secrets`,
      checks: [
        check(
          "never prints them",
          withSettings((settings) => printedSecretProblems(connector, settings)),
        ),
        check("shows them in no log line, check, dead letter or status", () => leakedSecretProblems(subject)),
      ],
    },
    {
      name: `${displayName} encoding`,
      checks: [
        check("gives the same bytes for the same event and changes nothing", () => pureEncoding(subject)),
        check("lets no hostile text touch another event", () => hostilityProblems(subject)),
        check("keeps every limit of a body", () => tightLimitProblems(subject, "none")),
        check("keeps every limit of a compressed body", () => tightLimitProblems(subject, "gzip")),
        check("declares limits that its SIEM takes", () => ownLimitProblems(subject), skip.limits),
      ],
    },
    {
      name: `${displayName} under faults`,
      checks: scenarios.map((scenario) => ({
        title: scenario.title,
        problems: async () => (await runScenario(subject, scenario)).problems,
        leftOut: async () => skip[scenario.fault] ?? (await lackOf(subject, scenario)),
      })),
    },
    {
      name: `${displayName} checking its destination`,
      checks: [
        check("passes on a healthy SIEM", () => checkProblems(subject, "healthy"), skip.check),
        {
          title: "says what to do about a wrong credential",
          problems: () => checkProblems(subject, "wrong credential"),
          leftOut: async () => skip.check ?? skip["wrong credential"] ?? (await lackOf(subject, WRONG_CREDENTIAL)),
        },
        check("says what to do about a closed port", () => checkProblems(subject, "closed port"), skip.check),
        check("ends when it is aborted", () => checkAbortProblems(subject), skip.check),
      ],
    },
    {
      name: `${displayName} ending`,
      checks: [
        check("gives up an attempt when it is aborted", () => sendAbortProblems(subject)),
        check("leaves no connection open when it is closed", () => closeProblems(subject)),
      ],
    },
  ];
}

function check(title: string, problems: Check["problems"], reason?: string): Check {
  return { title, problems, leftOut: async () => reason };
}

function reasonProblems(reasons: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(reasons)
    .filter(([, reason]) => reason !== undefined && reason.trim().length < LEAST_REASON)
    .map(([name, reason]) => `${name} is left out, and "${reason ?? ""}" is no reason`);
}

async function problemsWith(subject: ScenarioSubject, problemsOf: (settings: Settings) => readonly string[]) {
  const siem = await subject.simulator.start({});
  try {
    return problemsOf(settingsFor(subject, siem));
  } finally {
    await siem.close();
  }
}

async function pureEncoding(subject: ScenarioSubject): Promise<readonly string[]> {
  const siem = await subject.simulator.start({});
  const context = createTestContext();
  try {
    const sink = await configured(subject.connector, settingsFor(subject, siem)).open(context);
    const problems = purityProblems((record) => sink.encode(record));
    await sink.close?.();
    return problems;
  } finally {
    await context.egress.close();
    await siem.close();
  }
}
