import type { ConnectorRegistry, Deployment } from "@arbitex/core/host";
import { ConfigError, createConnectorRegistry, discoverConnectors, loadDeployment } from "@arbitex/core/host";
import type { Paint } from "../terminal/paint.ts";
import { paintFor } from "../terminal/paint.ts";
import type { OutputStream, Terminal } from "../terminal/terminal.ts";

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** One JSON document on stdout, and nothing else there. */
  readonly json: boolean;
  readonly configPath: string | undefined;
}

/** Wrong use of the command line: exit code 2. */
export class UsageError extends Error {
  readonly code = "USAGE";
}

export function load(
  { terminal, configPath }: CommandContext,
  extraEnvironment: Readonly<Record<string, string>> = {},
): Promise<Deployment> {
  return loadDeployment({
    environment: { ...terminal.environment, ...extraEnvironment },
    workingFolder: terminal.workingFolder,
    ...(configPath !== undefined && { configPath }),
  });
}

/** The installed connectors, also when the configuration is not usable: that is when one looks up what it should say. */
export async function loadRegistry(context: CommandContext): Promise<ConnectorRegistry> {
  try {
    return (await load(context)).registry;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return createConnectorRegistry(await discoverConnectors(context.terminal.workingFolder));
  }
}

export function printJson({ terminal }: CommandContext, document: unknown): void {
  terminal.stdout.write(`${JSON.stringify(document, undefined, terminal.stdout.isTTY === true ? 2 : undefined)}\n`);
}

export function printLines(stream: OutputStream, lines: readonly string[]): void {
  stream.write(lines.map((line) => `${line}\n`).join(""));
}

export function paintOf({ terminal }: CommandContext, stream: OutputStream = terminal.stdout): Paint {
  return paintFor(stream, terminal.environment);
}

/** Columns of the terminal; undefined where output goes to a file or a pipe, and nothing should be cut. */
export function widthOf(stream: OutputStream): number | undefined {
  return stream.isTTY === true ? (stream.columns ?? 80) : undefined;
}
