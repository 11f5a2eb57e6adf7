import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { pathText } from "./config-problems.ts";
import type { ConfigProblem } from "./problem.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigFile {
  /** With `${VARIABLE}` replaced; undefined when the file cannot be read. */
  readonly content: unknown;
  /** Paths whose whole value came from variables: text where the setting may want a number or true/false. */
  readonly fromVariables: ReadonlySet<string>;
  readonly problems: readonly ConfigProblem[];
}

/** Reads a YAML or JSON file. `${NAME}` is a variable that must be set, `${NAME:-text}` one that need not be, `$${` a plain `${`. */
export async function readConfigFile(path: string, environment: Environment): Promise<ConfigFile> {
  const nothing = { content: undefined, fromVariables: new Set<string>() };
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const message = `cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
    return {
      ...nothing,
      problems: [{ path, message, fix: "Name a file that is there with --config or SIEM_CONFIG." }],
    };
  }
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, linePos }) => {
      const [first = ""] = message.split("\n");
      const line = linePos === undefined ? path : `${path}:${linePos[0].line}`;
      return { path: line, message: `not valid YAML: ${first}` };
    });
    return { ...nothing, problems };
  }
  return substitute(document.toJS(), environment);
}

const VARIABLE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

function substitute(content: unknown, environment: Environment): ConfigFile {
  const fromVariables = new Set<string>();
  const problems: ConfigProblem[] = [];

  function replaced(value: unknown, path: readonly PropertyKey[]): unknown {
    if (typeof value === "string") return replacedText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => replaced(item, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner, [...path, key])]));
  }

  function replacedText(text: string, path: readonly PropertyKey[]): string {
    if (/^\$\{[^}]*\}$/.test(text)) fromVariables.add(pathText(path));
    return text.replaceAll(VARIABLE, (whole, name: string | undefined, otherwise: string | undefined) => {
      if (name === undefined) return "${";
      const value = environment[name] ?? otherwise;
      if (value !== undefined) return value;
      problems.push({
        path: pathText(path),
        message: `the environment variable ${name} is not set.`,
        fix: `Set it, or write \${${name}:-default}.`,
      });
      return whole;
    });
  }

  return { content: replaced(content, []), fromVariables, problems };
}
