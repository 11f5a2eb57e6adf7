import type { Deployment } from "@arbitex/core/host";
import type { Command } from "commander";
import { z } from "zod";
import type { ExitCode } from "../account/account.ts";
import { deliverInput } from "../run/deliver-input.ts";
import { databaseChoiceOf } from "../database/open-database.ts";
import { demoBanner, demoToken, feedDemoEvents, reachingSimulators, startDemoTargets } from "../run/demo.ts";
import { nothingConfigured } from "../run/nothing-configured.ts";
import { serve } from "../run/serve.ts";
import { counted } from "../terminal/numbers.ts";
import type { CommandContext } from "./context.ts";
import { load, UsageError } from "./context.ts";
import type { Registration } from "./registration.ts";
import { portNumber, register } from "./registration.ts";

const runOptions = z.looseObject({
  input: z.string().optional(),
  port: z.number().optional(),
  host: z.string().optional(),
  records: z.boolean().optional(),
  demo: z.boolean().optional(),
});

export type RunOptions = z.output<typeof runOptions>;

export function addRunCommand(program: Command, registration: Registration): void {
  const command = program
    .command("run")
    .description("deliver events that come over HTTP, or those of a file")
    .option("--input <file>", "read NDJSON from a file (or - for standard input; gzip or plain), deliver it and end")
    .option("--records", "with --input: its lines are audit records of the platform, to be made into events")
    .option("--port <number>", "port to listen on (default: SIEM_PORT, or 8080)", portNumber)
    .option("--host <address>", "address to listen on (default: SIEM_HOST, or 127.0.0.1)")
    .option("--demo", "without any destination, show how it works with simulated SIEMs");
  register(command, registration, {
    examples: [
      "SPLUNK_HEC_URL=https://splunk:8088 SPLUNK_HEC_TOKEN=... arbitex-siem run",
      "arbitex-siem run --config siem.config.yaml --port 9000",
      "arbitex-siem run --input events.ndjson.gz --json",
      "arbitex-siem run --input audit-log.ndjson --records",
      "arbitex-siem run --demo",
    ],
    act: (context, options) => run(context, runOptions.parse(options)),
  });
}

/** Delivers: a file's events and then ends, or what comes over HTTP until it is asked to end. */
export async function run(context: CommandContext, options: RunOptions): Promise<ExitCode> {
  if (options.input !== undefined && (options.port !== undefined || options.host !== undefined)) {
    throw new UsageError("--input reads a file and listens nowhere: leave out --port and --host.");
  }
  if (options.input === undefined && options.records === true) {
    throw new UsageError("--records is for --input. Over HTTP, audit records go to POST /v1/audit-records.");
  }
  const deployment = await load(context);
  const mayServeOrganisations = options.input === undefined && isDatabaseWanted(deployment, context);
  if (deployment.destinations.length === 0 && !mayServeOrganisations) {
    if (options.demo === true && options.input === undefined) return runDemo(context, deployment, options);
    throw new UsageError(nothingConfigured(deployment.registry.packages.map(({ type }) => type)));
  }
  if (options.input !== undefined) {
    const isRecords = options.records ?? deployment.settings.inputFormat === "audit_record";
    return deliverInput(context, deployment, { path: options.input, isRecords });
  }
  return serve(context, {
    deployment,
    address: addressOf(deployment, options),
    greeting: async (origin, { host }) => serverBanner(deployment, origin, host.status().destinations.length),
  });
}

async function runDemo(context: CommandContext, { registry }: Deployment, options: RunOptions): Promise<ExitCode> {
  const demo = await startDemoTargets(registry);
  try {
    if (demo.targets.length === 0) throw new UsageError(nothingConfigured(registry.packages.map(({ type }) => type)));
    const deployment = reachingSimulators(await load(context, demo.environment));
    const isPortChosen = options.port !== undefined || Boolean(context.terminal.environment["SIEM_PORT"]);
    return await serve(context, {
      deployment,
      address: addressOf(deployment, options),
      anyPort: !isPortChosen,
      greeting: async (origin, { database }) => demoBanner(demo, origin, await demoToken(database)),
      feed(host) {
        const end = feedDemoEvents(host);
        return () => {
          end();
          demo.calm();
        };
      },
    });
  } finally {
    await demo.close();
  }
}

function addressOf({ settings }: Deployment, { host = settings.listenHost, port = settings.listenPort }: RunOptions) {
  return { host, port };
}

function isDatabaseWanted({ settings }: Deployment, { terminal }: CommandContext): boolean {
  const choice = databaseChoiceOf(settings.database, terminal.workingFolder);
  return choice.kind === "postgres" || choice.isRequested;
}

function serverBanner(
  { destinations, configPath, settings }: Deployment,
  origin: string,
  openCount: number,
): readonly string[] {
  const names = destinations.map(({ id, connector }) => (id === connector.type ? id : `${id} (${connector.type})`));
  const ofOrganisations = openCount - destinations.length;
  const delivering = [
    ...(names.length > 0 ? [names.join(", ")] : []),
    ...(ofOrganisations > 0
      ? [counted(ofOrganisations, "destination of organisations", "destinations of organisations")]
      : []),
    ...(openCount === 0 ? ["nobody yet: organisations configure their destinations at /v1/org/siem-configs"] : []),
  ];
  const token = settings.ingestToken === undefined ? "no token is set" : "with the token";
  return [
    `Listening on ${origin} (${token}): POST /v1/events, /v1/audit-records`,
    "To look inside: GET /v1/destinations /metrics /healthz /readyz",
    `Delivering to ${delivering.join(" and ")}${configPath === undefined ? "" : `, as ${configPath} says`}`,
    "",
  ];
}
