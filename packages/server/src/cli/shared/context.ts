import type { ConnectorRegistry } from "@arbitex/core/host";
import type { Deployment } from "../../config/deployment.ts";
import type { Inspection } from "../../config/load-config.ts";
import { ConfigError } from "@arbitex/core/host";
import { inspectDeployment } from "../../config/load-config.ts";
import type { Paint } from "../terminal/paint.ts";
import { paintFor } from "../terminal/paint.ts";
import type { OutputStream, Terminal } from "../terminal/terminal.ts";
import { sizeOf } from "../terminal/terminal.ts";

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** One JSON document on stdout, and nothing else there. */
  readonly json: boolean;
  readonly configPath: string | undefined;
  /** The folder of the deployment's `package.json`. */
  readonly root: string | undefined;
}

/** The configuration. Throws `ConfigError`, which names everything that is wrong, where anything is. */
export async function load(
  context: CommandContext,
  extraEnvironment: Readonly<Record<string, string>> = {},
): Promise<Deployment> {
  const { problems, deployment } = await inspect(context, extraEnvironment);
  if (problems.length > 0) throw new ConfigError(problems);
  return deployment;
}

/** What can be used of the configuration, and what is wrong with it: all that `run` would refuse. */
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

/** The installed connectors, also when the configuration is not usable: that is when one looks up what it should say. */
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

/** Columns of the terminal; undefined where output goes to a file or a pipe, and nothing should be cut. */
export function widthOf(stream: OutputStream): number | undefined {
  return stream.isTTY === true ? sizeOf(stream).columns : undefined;
}
