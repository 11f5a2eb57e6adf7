import type { Simulator } from "@arbitex/simulators";
import { findSimulator, parseFaults, simulators } from "@arbitex/simulators";
import { variableOf } from "@arbitex/core/host";
import type { ExitCode } from "../account/account.ts";
import { messageOf } from "../../message-of.ts";
import { createSimulatorView } from "../views/simulator-view.ts";
import type { CommandContext } from "../shared/context.ts";
import { loadRegistry, paintOf, printJson, printLines } from "../shared/context.ts";
import { UsageError } from "../../usage-error.ts";

export interface SimulateOptions {
  readonly port?: number | undefined;
  readonly fault?: string | undefined;
}

export async function simulate(
  context: CommandContext,
  { port, fault }: SimulateOptions,
  types: readonly string[],
): Promise<ExitCode> {
  const { terminal, json } = context;
  const faults = fault === undefined ? undefined : readFaults(fault);
  const entries = types.map(entryOf);
  const started: Simulator[] = [];
  try {
    for (const [at, entry] of entries.entries()) {
      const chosen = port === undefined ? entry.defaultPort : port === 0 ? 0 : port + at;
      started.push(await startOn(entry.start, chosen, faults));
    }
    const stream = json ? terminal.stderr : terminal.stdout;
    printLines(stream, await howToUse(context, started));
    const view = createSimulatorView(stream, paintOf(context, stream), started);
    await new Promise<void>((resolve) => {
      const unwatch = terminal.onSignal(() => {
        unwatch();
        resolve();
      });
    });
    view.stop();
    if (json) printJson(context, { simulators: started.map(countsOf) });
    return 0;
  } finally {
    await Promise.all(started.map((simulator) => simulator.close()));
  }
}

function entryOf(name: string) {
  const entry = findSimulator(name);
  if (entry !== undefined) return entry;
  const known = Object.entries(simulators).flatMap(([type, { aliases }]) => [type, ...aliases]);
  throw new UsageError(`There is no simulator "${name}". Known are: ${known.join(", ")}.`);
}

function readFaults(spec: string) {
  try {
    return parseFaults(spec);
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

async function startOn(
  start: ReturnType<typeof entryOf>["start"],
  port: number,
  faults: ReturnType<typeof parseFaults> | undefined,
): Promise<Simulator> {
  try {
    return await start({ port, keep: "count", ...(faults !== undefined && { faults }) });
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "EADDRINUSE") throw error;
    throw new UsageError(`Port ${port} is in use. Choose another with --port.`, { cause: error });
  }
}

/** Lines to paste into a shell or into siem.config.yaml. */
async function howToUse(context: CommandContext, started: readonly Simulator[]): Promise<string[]> {
  const paint = paintOf(context);
  const registry = await loadRegistry(context);
  const lines: string[] = [];
  for (const { type, url, config } of started) {
    const prefix = registry.packages.find((found) => found.type === type)?.envPrefix;
    const displayName = simulators[type]?.displayName ?? type;
    lines.push(paint("bold", `${displayName} simulated at ${url}`), "");
    const variables = Object.entries(config).map(([key, value]) => `${variableOf(prefix ?? "", key)}=${String(value)}`);
    if (prefix !== undefined) lines.push(`  export ${variables.join(" ")}`, "");
    const settings = Object.entries(config).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
    lines.push("  destinations:", `    - { id: ${type}, type: ${type}, config: { ${settings.join(", ")} } }`, "");
  }
  return [...lines, "Ctrl-C ends it.", ""];
}

function countsOf(simulator: Simulator) {
  return { type: simulator.type, url: simulator.url, ...simulator.counts(), faults: simulator.faults.injected() };
}
