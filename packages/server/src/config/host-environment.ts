import type { z } from "zod";
import { problemsOf } from "@arbitex/core/host";
import { variableNaming } from "./variable-naming.ts";
import type { Environment } from "./file-variables.ts";
import { hostEnvironmentSchema } from "./host-config.ts";
import { editDistance } from "@arbitex/core/config";
import type { ConfigProblem } from "@arbitex/core/host";

export type HostEnvironment = z.output<typeof hostEnvironmentSchema>;

export interface HostVariables {
  /** Invalid variables have their defaults here. */
  readonly settings: HostEnvironment;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

/** Reads the host-wide variables. An empty variable counts as unset. */
export function readHostEnvironment(environment: Environment): HostVariables {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = hostEnvironmentSchema.safeParse(given);
  const warnings = misspelt(given);
  if (parsed.success) return { settings: parsed.data, problems: [], warnings };
  const options = { naming: variableNaming(), input: asWritten(given) };
  const problems = problemsOf(parsed.error, hostEnvironmentSchema, options).map(withService);
  const wrong = new Set(parsed.error.issues.map(({ path: [name] }) => name));
  const usable = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
  return { settings: hostEnvironmentSchema.parse(usable), problems, warnings };
}

/** Numbers as numbers, so that problems show them without quotes. */
function asWritten(given: Environment): Readonly<Record<string, unknown>> {
  const entries = Object.entries(given);
  return Object.fromEntries(entries.map(([name, text = ""]) => [name, /^-?[\d.]+$/.test(text) ? Number(text) : text]));
}

/** Explains `SIEM_PORT=tcp://…`, which Kubernetes sets for a service named `siem`. */
function withService(found: ConfigProblem): ConfigProblem {
  if (found.path !== "SIEM_PORT") return found;
  const fix = "Set it to a number. In Kubernetes a service named siem sets it: give the pod enableServiceLinks: false.";
  return { ...found, fix };
}

function misspelt(given: Environment): readonly ConfigProblem[] {
  const known = Object.keys(hostEnvironmentSchema.shape).filter((name) => name.startsWith("SIEM_"));
  return Object.keys(given).flatMap((name) => {
    if (!name.startsWith("SIEM_") || known.includes(name)) return [];
    const near = known.find((candidate) => editDistance(name, candidate) <= 2);
    if (near === undefined) return [];
    return { path: name, message: "is no known variable, and changes nothing.", fix: `Did you mean ${near}?` };
  });
}
