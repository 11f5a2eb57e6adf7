import { inspect } from "node:util";
import type { AnyConnector } from "@arbitex/core";
import { settingsOf } from "@arbitex/core/host";
import type { Fault } from "@arbitex/simulators";
import { settingsFor } from "./configured.ts";
import { comesTrue } from "./comes-true.ts";
import { recentEvents, startRun } from "./run.ts";
import type { ScenarioSubject, Settings } from "./subject.ts";
import { tapConnector } from "./tapped-connector.ts";

/** Finds secrets that show when settings are parsed, printed or refused. */
export function printedSecretProblems({ configSchema }: AnyConnector, given: Settings): readonly string[] {
  const keys = secretKeys(configSchema);
  return keys.flatMap((key) => {
    const canary = `canary-${key.replaceAll("_", "-")}-5f3a9c1e7b`;
    const settings: Settings = { ...given, [key]: key in given ? given[key] : canary };
    const secrets = [canary, ...secretTexts(given, [key])];
    const attempts: readonly Settings[] = [
      settings,
      { ...given, [key]: canary },
      { ...settings, no_such_setting: canary.length },
    ];
    return attempts.flatMap((attempt) => {
      const { success, data, error } = configSchema.safeParse(attempt);
      const shown = success ? { config: data } : { "the error of the schema": [error, error.message, error.issues] };
      return shownProblems(shown, secrets).map((problem) => `${key} ${problem}`);
    });
  });
}

/** Failures of every kind. Each may tempt a connector to print what it sent. */
const TOUR: readonly Fault[] = [
  ...[400, 403, 404, 413, 415, 429, 500].map((status): Fault => ({ kind: "status", status })),
  { kind: "html" },
  { kind: "reset-before" },
  { kind: "truncated" },
  { kind: "status", status: 401 },
];

/** Finds secrets in a host's status, logs and dead letters under every failure. */
export async function leakedSecretProblems(subject: ScenarioSubject): Promise<readonly string[]> {
  const own = tapConnector(subject.connector);
  const run = await startRun({ ...subject, connector: own.connector }, { delivery: { jitter: "none", batchSize: 10 } });
  try {
    const settings = settingsFor(subject, run.siem);
    const secrets = secretTexts(settings, secretKeys(subject.connector.configSchema));
    if (subject.simulator.lacks?.["503"] === undefined) run.siem.faults.script(TOUR);
    run.siem.refuseCredentials?.(true);
    await run.host.publish(recentEvents(60));
    await comesTrue(() => run.status().health === "failed" || run.status().queued === 0);
    const refused = await run.host.check(run.status().id);
    run.siem.refuseCredentials?.(false);
    await comesTrue(() => run.status().queued === 0);
    await run.closeSiem();
    await run.host.publish(recentEvents(10, 2));
    const closed = await run.host.check(run.status().id);
    await run.host.settled();
    const deadLetters = run.deadLetters.map(({ stage, reason }) => ({ stage, reason }));
    return shownProblems(
      {
        "a log line": [run.logger.lines, own.logger.lines],
        "a check report": [refused, closed, own.reports],
        "a dead letter": deadLetters,
        "the status": run.status(),
      },
      secrets,
    );
  } finally {
    await run.stop();
  }
}

function secretKeys(schema: AnyConnector["configSchema"]): readonly string[] {
  return settingsOf(schema)
    .filter(({ isSecret }) => isSecret)
    .map(({ key }) => key);
}

/** Texts that must not show: the values of secrets, and the secret part of a secret address. */
function secretTexts(settings: Settings, keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => {
    const value = settings[key];
    if (typeof value !== "string") return [];
    const path = URL.canParse(value) ? new URL(value).pathname.split("/").at(-1) : undefined;
    return path === undefined || path === "" ? [value] : [path];
  });
}

function shownProblems(shown: Readonly<Record<string, unknown>>, secrets: readonly string[]): readonly string[] {
  return Object.entries(shown).flatMap(([where, value]) => {
    const texts = [
      inspect(value, { depth: 20, showHidden: true, maxStringLength: null }),
      jsonOf(value),
      textOf(value),
    ];
    return secrets.some((secret) => texts.some((text) => text.includes(secret))) ? [`shows a secret in ${where}`] : [];
  });
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value) ?? "";
}

/** A value and its members, converted by a template string. */
function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  return Object.values({ value, ...value })
    .map(String)
    .join(" ");
}
