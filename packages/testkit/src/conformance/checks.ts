import type { Sink } from "@arbitex/core";
import { simulators } from "@arbitex/simulators";
import type { Check, CheckGroup } from "./check.ts";
import { check } from "./check.ts";
import { checkProblems, storedByCheckProblems } from "./check-problems.ts";
import { settingsFor } from "./configured.ts";
import { declarationChecks } from "./declaration-checks.ts";
import { changeProblems, hostilityProblems, refusalProblems, repeatProblems } from "./encoder-problems.ts";
import { checkAbortProblems, closeProblems, neighbourProblems, openingProblems } from "./ending-problems.ts";
import { environmentChecks } from "./environment-checks.ts";
import { ownLimitProblems, tightLimitProblems } from "./limit-problems.ts";
import { manifestChecks } from "./manifest-checks.ts";
import { withSink } from "./opened-sink.ts";
import { lackOf, runScenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";
import { leakedSecretProblems, printedSecretProblems } from "./secret-problems.ts";
import { sendChecks } from "./send-checks.ts";
import { settingsChecks } from "./settings-checks.ts";
import type { ConformanceSubject, ScenarioSubject, Settings } from "./subject.ts";

/** Without credential faults there is no wrong credential to check. */
const WRONG_CREDENTIAL = { fault: "401", needs: "refuseCredentials" } as const;
/** Least length of a reason, in characters. */
const LEAST_REASON = 15;

/** The whole suite for one connector, for any test runner. */
export function checksOf(given: ConformanceSubject): readonly CheckGroup[] {
  const { connector, manifest, skip = {} } = given;
  const { displayName, type } = connector;
  const simulator = given.simulator ?? simulators[type];
  if (simulator === undefined) throw new Error(`There is no simulator of ${type}: give one to testConnector().`);
  const subject: ScenarioSubject = { ...given, simulator };
  const withSettings = (problemsOf: (settings: Settings) => readonly string[]) => problemsWith(subject, problemsOf);
  return [
    { name: `${displayName} in its manifest`, checks: manifestChecks(connector, manifest) },
    {
      name: displayName,
      checks: [
        ...declarationChecks(connector, withSettings),
        check("reasons", "gives a reason for whatever is not checked", () =>
          reasonProblems({ ...simulator.lacks, ...skip }),
        ),
      ],
    },
    {
      name: `${displayName} and its settings`,
      checks: [...settingsChecks(connector, withSettings), ...environmentChecks(connector, withSettings)],
    },
    {
      name: `${displayName} and its secrets`,
      checks: [
        check("secrets-printed", "never prints them", () =>
          withSettings((settings) => printedSecretProblems(connector, settings)),
        ),
        check("secrets-leaked", "shows them in no log line, check, dead letter or status", () =>
          leakedSecretProblems(subject),
        ),
      ],
    },
    { name: `${displayName} encoding`, checks: encodingChecks(subject, skip.limits) },
    { name: `${displayName} making an attempt`, checks: sendChecks(subject) },
    {
      name: `${displayName} under faults`,
      checks: scenarios.map((scenario) =>
        check(
          `fault-${scenario.fault}`,
          scenario.title,
          async () => (await runScenario(subject, scenario)).problems,
          async () => skip[scenario.fault] ?? (await lackOf(subject, scenario)),
        ),
      ),
    },
    { name: `${displayName} checking its destination`, checks: checkChecks(subject, skip) },
    {
      name: `${displayName} opening and ending`,
      checks: [
        check("open-down", "opens while its SIEM is down", () => withSink(subject, openingProblems)),
        check("close-connections", "leaves no connection open when it is closed", () => closeProblems(subject)),
        check("close-neighbour", "leaves other destinations alone when it is closed", () =>
          withSink(subject, neighbourProblems),
        ),
      ],
    },
  ];
}

function encodingChecks(subject: ScenarioSubject, reason: string | undefined): readonly Check[] {
  const encoding = (problemsOf: (encode: Sink["encode"]) => readonly string[]) => () =>
    withSink(subject, async ({ sink }) => problemsOf((record) => sink.encode(record)));
  return [
    check("encode-ordinary", "makes bytes of every ordinary event", encoding(refusalProblems)),
    check("encode-repeats", "gives the same bytes for the same event", encoding(repeatProblems)),
    check("encode-changes", "changes no event", encoding(changeProblems)),
    check("encode-hostile", "lets no hostile text touch another event", () => hostilityProblems(subject)),
    check("limits-tight", "keeps every limit of a body", () => tightLimitProblems(subject, "none")),
    check("limits-compressed", "keeps every limit of a compressed body", () => tightLimitProblems(subject, "gzip")),
    check("limits-own", "declares limits that its SIEM takes", () => ownLimitProblems(subject), reason),
  ];
}

function checkChecks(subject: ScenarioSubject, skip: NonNullable<ConformanceSubject["skip"]>): readonly Check[] {
  const credential = async () => skip.check ?? skip["wrong credential"] ?? (await lackOf(subject, WRONG_CREDENTIAL));
  return [
    check("check-healthy", "passes on a healthy SIEM", () => checkProblems(subject, "healthy"), skip.check),
    check("check-stores", "writes no event", () => withSink(subject, storedByCheckProblems), skip.check),
    check(
      "check-credential",
      "says what to do about a wrong credential",
      () => checkProblems(subject, "wrong credential"),
      credential,
    ),
    check(
      "check-closed",
      "says what to do about a closed port",
      () => checkProblems(subject, "closed port"),
      skip.check,
    ),
    check("check-abort", "ends when it is aborted", () => checkAbortProblems(subject), skip.check),
  ];
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
