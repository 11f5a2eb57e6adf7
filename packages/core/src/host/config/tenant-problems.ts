import type { AnyConnector } from "../../connector/connector.ts";
import type { OperatorOnly } from "../../connector/operator-only.ts";
import { isPem } from "../../connector/pem.ts";
import type { ConfigProblem } from "./problem.ts";
import type { Setting } from "./setting-table.ts";
import { settingsOf } from "./setting-table.ts";

/** Limit of texts that go into every event or request. PEM texts do not. */
const MOST_CHARACTERS = 2048;
const MOST_SECRET_CHARACTERS = 8192;
const MOST_PEM_CHARACTERS = 65_536;
const MOST_ITEMS = 100;

/**
 * Returns what an organisation must not set: values that make the host read a file or use the machine's identity, and
 * texts and lists so large that they only keep the shared process busy. Takes the settings as written; an operator's
 * are not checked.
 */
export function tenantProblems(
  { configSchema }: AnyConnector,
  settings: Readonly<Record<string, unknown>>,
): readonly ConfigProblem[] {
  return settingsOf(configSchema).flatMap((setting) => {
    const { key, operatorOnly } = setting;
    const value = settings[key];
    if (value === undefined || value === null) return [];
    const problem =
      (operatorOnly === undefined ? undefined : problemOf(operatorOnly, value)) ?? sizeProblem(setting, value);
    return problem === undefined ? [] : [{ path: key, ...problem }];
  });
}

function sizeProblem({ operatorOnly, isSecret }: Setting, value: unknown): Omit<ConfigProblem, "path"> | undefined {
  const most = operatorOnly === "path" ? MOST_PEM_CHARACTERS : isSecret ? MOST_SECRET_CHARACTERS : MOST_CHARACTERS;
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.some((text) => typeof text === "string" && UNWRITABLE.test(text))) {
    return { message: "holds half of a surrogate pair or a NUL, which are no characters.", fix: "Type it again." };
  }
  if (texts.length > MOST_ITEMS) return { message: `has ${texts.length} items: expected ${MOST_ITEMS} at most.` };
  // A value that is not text counts by its JSON.
  const characters = texts.reduce((sum: number, one) => sum + textOf(one).length, 0);
  if (characters <= most) return undefined;
  return { message: `has ${characters} characters: expected ${most} at most.` };
}

/** NUL and lone surrogates cannot be sent or stored: they would reach the SIEM as something else. */
const UNWRITABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
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
        message: "cannot be set here: it gives access to the server's own machine or identity.",
        fix: "Use a credential of your own, or have the host's operator configure this destination.",
      };
    default:
      return operatorOnly satisfies never;
  }
}
