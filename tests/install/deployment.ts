import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createEventGenerator } from "@arbitex/simulators";
import type { Manager } from "./managers.ts";
import type { Registry } from "./registry.ts";
import type { Ended } from "./run-program.ts";
import { runProgram } from "./run-program.ts";
import { nodeFolder } from "./tools.ts";

export interface Deployment {
  readonly folder: string;
  /** What the package manager wrote. */
  readonly output: string;
  readonly seconds: number;
  /** Runs the installed command. */
  siem(words: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ended>;
}

export interface DeploymentOptions {
  readonly manager: Manager;
  readonly registry: Registry;
  readonly node: string;
  readonly packages: readonly string[];
}

/** An empty folder in which a package manager has installed these packages, under one version of Node. */
export async function createDeployment(folder: string, options: DeploymentOptions): Promise<Deployment> {
  const { manager, registry, node, packages } = options;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "deployment", private: true }));
  manager.prepare?.(folder, registry.url);
  const env = { ...registry.environment, PATH: `${nodeFolder(node)}:${registry.environment["PATH"] ?? ""}` };
  const [program, ...words] = manager.program;
  const began = performance.now();
  const { exitCode, stdout, stderr } = await runProgram(
    program,
    [...words, ...manager.add, ...packages, ...manager.peers],
    {
      cwd: folder,
      env,
    },
  );
  const seconds = (performance.now() - began) / 1000;
  const output = `${stdout}\n${stderr}`;
  if (exitCode !== 0) throw new Error(`${manager.name} ended with ${String(exitCode)}:\n${output}`);
  return {
    folder,
    output,
    seconds,
    siem(more, environment = {}) {
      const [command, ...before] = manager.command;
      return runProgram(command, [...before, ...more], { cwd: folder, env: { ...env, ...environment } });
    },
  };
}

/** Writes a file of events into a folder and gives its path. */
export function writeEvents(folder: string, count: number): string {
  const generator = createEventGenerator({ seed: 1, startTime: Date.now() });
  const path = join(folder, "events.ndjson");
  writeFileSync(path, Array.from({ length: count }, () => `${JSON.stringify(generator.next())}\n`).join(""));
  return path;
}
