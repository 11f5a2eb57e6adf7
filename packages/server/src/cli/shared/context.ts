import type { ConnectorRegistry } from "@arbitex/core/host";
import type { Deployment } from "../../config/deployment.ts";
import type { Inspection } from "../../config/load-config.ts";
import { ConfigError } from "@arbitex/core/host";
import { inspectDeployment } from "../../config/load-config.ts";
import type { Paint } from "../terminal/paint.ts";
import { paintFor } from "../terminal/paint.ts";
import type { OutputStream, Terminal } from "../terminal/terminal.ts";
import { sizeOf } from "../terminal/terminal.ts";

/** Passed to every command. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Print one JSON document on stdout and nothing else. */
  readonly json: boolean;
  readonly configPath: string | undefined;
  /** The folder of the deployment's `package.json`. */
  readonly root: string | undefined;
}

/** Loads the configuration. Throws a `ConfigError` that lists every problem. */
export async function load(
  context: CommandContext,
  extraEnvironment: Readonly<Record<string, string>> = {},
): Promise<Deployment> {
  const { problems, deployment } = await inspect(context, extraEnvironment);
  if (problems.length > 0) throw new ConfigError(problems);
  return deployment;
}

/** Loads the usable part of the configuration, with all problems for which `run` would refuse to start. */
export function inspect(
  { terminal, configPath, root }: CommandContext,
  extraEnvironment: Readonly<Record<string, string>> = {},
): Promise<Inspection> {
  return inspectDeployment({
    environment: { ...terminal.environment, ...extraEnvironment },
    workingFolder: terminal.workingFolder,
    commandFolder: terminal.commandFolder,
    ...(root !== undefined && { root }),
    ...(configPath !== undefined && { configPath }),
  });
}

/** The installed connectors, even when the configuration is invalid: they tell what it should contain. */
export async function loadRegistry(context: CommandContext): Promise<ConnectorRegistry> {
  return (await inspect(context)).deployment.registry;
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

/** Columns of the terminal; undefined for a file or a pipe, where nothing is cut. */
export function widthOf(stream: OutputStream): number | undefined {
  return stream.isTTY === true ? sizeOf(stream).columns : undefined;
}
