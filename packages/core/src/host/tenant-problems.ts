import type { AnyConnector } from "../connector/connector.ts";
import type { OperatorOnly } from "../connector/operator-only.ts";
import { isPem } from "../connector/pem.ts";
import type { ConfigProblem } from "./problem.ts";
import { settingsOf } from "./setting-table.ts";

/**
 * What an organisation must not say in its own settings of a connector: anything that makes the host read a file, or act
 * with the machine's identity. For settings as they were written; a file of the operator's is not asked.
 */
export function tenantProblems(
  { configSchema }: AnyConnector,
  settings: Readonly<Record<string, unknown>>,
): readonly ConfigProblem[] {
  return settingsOf(configSchema).flatMap(({ key, operatorOnly }) => {
    const value = settings[key];
    if (operatorOnly === undefined || value === undefined || value === null) return [];
    const problem = problemOf(operatorOnly, value);
    return problem === undefined ? [] : [{ path: key, ...problem }];
  });
}

function problemOf(operatorOnly: OperatorOnly, value: unknown): Omit<ConfigProblem, "path"> | undefined {
  switch (operatorOnly) {
    case "path":
      if (typeof value === "string" && isPem(value)) return undefined;
      return {
        message: "must be PEM text: a file on the server cannot be named here.",
        fix: "Paste the PEM itself, from -----BEGIN to -----END.",
      };
    case "always":
      return {
        message: "cannot be set here: it uses the server's own identity.",
        fix: "Give a credential of your own.",
      };
    default:
      return operatorOnly satisfies never;
  }
}
