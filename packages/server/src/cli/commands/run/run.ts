import type { Deployment } from "../../../config/deployment.ts";
import { ConfigError } from "@arbitex/core/host";
import type { ExitCode } from "../../account/account.ts";
import type { CommandContext } from "../../shared/context.ts";
import { load } from "../../shared/context.ts";
import { UsageError } from "../../../usage-error.ts";
import { destinationLines } from "../../shared/destination-lines.ts";
import { wantedDatabase } from "../../../database/database-choice.ts";
import { counted } from "../../terminal/numbers.ts";
import { deliverInput } from "./deliver-input.ts";
import { nothingConfigured } from "../../views/nothing-configured.ts";
import type { OpenServer } from "../../../service/open-server.ts";
import { serverProblems } from "../../../service/server-problems.ts";

export interface RunOptions {
  /** An NDJSON file to deliver, or `-`. Without it, events arrive over HTTP. */
  readonly input?: string | undefined;
  /** Whether the input's lines are audit records of the platform. */
  readonly records?: boolean | undefined;
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly workers?: number | undefined;
  readonly demo?: boolean | undefined;
}

/** Delivers a file's events and ends, or runs the server until it is asked to stop. */
export async function run(context: CommandContext, options: RunOptions): Promise<ExitCode> {
  if (options.input !== undefined && (options.port !== undefined || options.host !== undefined)) {
    throw new UsageError("--input reads a file and listens nowhere: leave out --port and --host.");
  }
  if (options.input === undefined && options.records === true) {
    throw new UsageError("--records is for --input. Over HTTP, audit records go to POST /v1/audit-records.");
  }
  const deployment = withWorkers(await load(context), options);
  const isDatabaseWanted = wantedDatabase(deployment.settings.database, context.terminal.workingFolder) !== undefined;
  const mayServeOrganisations = options.input === undefined && isDatabaseWanted;
  if (deployment.destinations.length === 0 && !mayServeOrganisations) {
    if (options.demo === true && options.input === undefined) return runDemo(context, deployment, options);
    throw new UsageError(nothingConfigured(deployment.registry));
  }
  if (options.input !== undefined) {
    const isAuditRecords = options.records ?? deployment.settings.inputFormat === "audit_record";
    return deliverInput(context, deployment, { path: options.input, isAuditRecords });
  }
  const address = addressOf(deployment, options);
  const problems = serverProblems(deployment.settings, { ...context.terminal, address });
  if (problems.length > 0) throw new ConfigError(problems);
  const { serve } = await import("./serve.ts");
  return serve(context, {
    deployment,
    address,
    greeting: async (origin, opened) => serverBanner(deployment, { context, origin, opened }),
    reload: () => load(context),
  });
}

async function runDemo(context: CommandContext, { registry }: Deployment, options: RunOptions): Promise<ExitCode> {
  const { demoBanner, demoAccess, feedDemoEvents, reachingSimulators, startDemoTargets } = await import(
    "../../views/demo.ts"
  );
  const demo = await startDemoTargets(registry);
  try {
    if (demo.targets.length === 0) throw new UsageError(nothingConfigured(registry));
    const deployment = reachingSimulators(withWorkers(await load(context, demo.environment), options));
    const isPortChosen = options.port !== undefined || Boolean(context.terminal.environment["SIEM_PORT"]);
    const { serve } = await import("./serve.ts");
    return await serve(context, {
      deployment,
      address: addressOf(deployment, options),
      anyPort: !isPortChosen,
      greeting: async (origin, { database }) => demoBanner(demo, origin, await demoAccess(database)),
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

function withWorkers(deployment: Deployment, { workers }: RunOptions): Deployment {
  return workers === undefined ? deployment : { ...deployment, settings: { ...deployment.settings, workers } };
}

function addressOf({ settings }: Deployment, { host = settings.listenHost, port = settings.listenPort }: RunOptions) {
  return { host, port };
}

interface BannerOptions {
  readonly context: CommandContext;
  readonly origin: string;
  readonly opened: OpenServer;
}

/** The server's address, and every destination with where it is configured. */
function serverBanner(
  { destinations, configPath, settings: { workers } }: Deployment,
  { context, origin, opened: { host, isIngestOpen } }: BannerOptions,
): readonly string[] {
  const openCount = host.status().destinations.length;
  const ofOrganisations = openCount - destinations.length;
  const delivering = [
    ...(destinations.length > 0 ? [counted(destinations.length, "destination")] : []),
    ...(ofOrganisations > 0
      ? [counted(ofOrganisations, "destination of organisations", "destinations of organisations")]
      : []),
    ...(openCount === 0 ? ["no destination yet: organisations configure theirs at /v1/org/siem-configs"] : []),
  ];
  const fromWorkers = workers === 0 ? "" : ` from ${counted(workers, "worker", "workers")}`;
  const stream = context.json ? context.terminal.stderr : context.terminal.stdout;
  const token = isIngestOpen ? "no token is set" : "with the token";
  return [
    `Listening on ${origin} (${token}): POST /v1/events, /v1/audit-records`,
    "To look inside: GET /v1/destinations /metrics /healthz /readyz",
    `Delivering to ${delivering.join(" and ")}${fromWorkers}${configPath === undefined ? "" : `, as ${configPath} says`}`,
    ...(destinations.length === 0 ? [] : ["", ...destinationLines(destinations, context, stream)]),
    "",
  ];
}
