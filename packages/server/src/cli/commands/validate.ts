import type { ConfigProblem } from "@arbitex/core/host";
import type { Deployment, HostSettings } from "../../config/deployment.ts";
import type { ExitCode } from "../account/account.ts";
import { wantedDatabase } from "../../database/database-choice.ts";
import { counted } from "../terminal/numbers.ts";
import type { CommandContext } from "../shared/context.ts";
import { inspect, paintOf, printJson, printLines, widthOf } from "../shared/context.ts";
import { destinationLines, destinationRow } from "../shared/destination-lines.ts";
import { problemLines } from "../shared/problem-lines.ts";
import { checkKafkaTopic } from "../../service/kafka-topic-check.ts";
import { serverProblems } from "../../service/server-problems.ts";

export async function validate(context: CommandContext): Promise<ExitCode> {
  const { problems: found, deployment } = await inspect(context);
  const { destinations, configPath, settings } = deployment;
  const address = { host: settings.listenHost, port: settings.listenPort };
  const surroundings = { ...context.terminal, address };
  const isIdle = found.length === 0 && destinations.length === 0 && !mayServe(settings, context);
  const refused = [...(isIdle ? [nowhere] : found), ...serverProblems(settings, surroundings)];
  // A cluster is asked once the way to it is known.
  const topic = refused.length === 0 ? await checkKafkaTopic(deployment) : undefined;
  const problems = topic?.problems ?? refused;
  const warnings = [...deployment.warnings, ...(topic?.warnings ?? [])];
  const ok = problems.length === 0;
  if (context.json) {
    const rows = destinations.map(destinationRow);
    printJson(context, { ok, problems, warnings, destinations: rows, config: configPath ?? null });
  } else
    printLines(
      context.terminal.stdout,
      ok ? goodLines({ ...deployment, warnings }, context) : badLines(problems, warnings, context),
    );
  return ok ? 0 : 2;
}

/** A server with a database is useful without destinations of its own. */
function mayServe({ database }: HostSettings, { terminal }: CommandContext): boolean {
  return wantedDatabase(database, terminal.workingFolder) !== undefined;
}

const nowhere: ConfigProblem = {
  path: "destinations",
  message: "no destination is configured, so there is nowhere to deliver to.",
  fix: "Name one in siem.config.yaml, or by environment variables: arbitex-siem connectors list shows the types.",
  example: "SPLUNK_HEC_URL=https://splunk.example.com:8088 SPLUNK_HEC_TOKEN=…",
};

function goodLines({ destinations, warnings, configPath }: Deployment, context: CommandContext): string[] {
  const paint = paintOf(context);
  const source = configPath === undefined ? "the environment" : `${configPath} and the environment`;
  return [
    `${paint("green", "The configuration is valid")}: ${counted(destinations.length, "destination")}. It was read from ${source}.`,
    ...(destinations.length === 0 ? [] : ["", ...destinationLines(destinations, context)]),
    ...warningLines(warnings, context),
  ];
}

function badLines(
  problems: readonly ConfigProblem[],
  warnings: readonly ConfigProblem[],
  context: CommandContext,
): string[] {
  const paint = paintOf(context);
  const head = paint("red", `The configuration has ${counted(problems.length, "problem")}:`);
  const lines = problemLines(problems, { paint, width: widthOf(context.terminal.stdout) });
  return [head, "", ...lines, ...warningLines(warnings, context)];
}

function warningLines(warnings: readonly ConfigProblem[], context: CommandContext): string[] {
  if (warnings.length === 0) return [];
  const paint = paintOf(context);
  const head = paint("yellow", "Odd, but nothing is lost by it:");
  const width = widthOf(context.terminal.stdout);
  return ["", head, "", ...problemLines(warnings, { paint, width, isWarning: true })];
}
