import type { Naming } from "@arbitex/core/config";
import { pathText, problem } from "@arbitex/core/config";
import type { ConfigProblem } from "@arbitex/core/host";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Substituted {
  readonly content: unknown;
  /** Paths whose whole value came from a variable: a string where the setting may expect a number or a boolean. */
  readonly fromVariables: ReadonlySet<string>;
  /** Paths of values that contain a variable. They may be secrets and are never shown. */
  readonly hidden: ReadonlySet<string>;
  /** Paths of values that are unknown because a variable is unset. Their other problems are not reported. */
  readonly unknown: ReadonlySet<string>;
  /** All variables that the file names. */
  readonly variables: ReadonlySet<string>;
  readonly problems: readonly ConfigProblem[];
}

type Path = readonly PropertyKey[];

const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:-)([^}]*))?\}/g;
/** Texts that look like a reference to a variable and are none. */
const NEAR_REFERENCE = /^\$[A-Za-z_][A-Za-z0-9_]*$|^%[A-Z_][A-Z0-9_]*%$|^\$\([A-Za-z_][A-Za-z0-9_]*\)$|(?<!\$)\$\{/;

/**
 * Replaces `${NAME}`, a required variable; `${NAME:-text}`, one with a default; and `$${`, a literal `${`. An empty
 * variable counts as unset, as in shells and for settings from the environment.
 */
export function substitute(content: unknown, environment: Environment, naming: Naming): Substituted {
  const fromVariables = new Set<string>();
  const hidden = new Set<string>();
  const unknown = new Set<string>();
  const variables = new Set<string>();
  const missing = new Map<string, Path[]>();
  const misspelt: ConfigProblem[] = [];

  function replaced(value: unknown, path: Path): unknown {
    if (typeof value === "string") return replacedText(value, path);
    if (Array.isArray(value)) return value.map((item, index) => replaced(item, [...path, index]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaced(inner, [...path, key])]));
  }

  function replacedText(text: string, path: Path): string {
    const here = pathText(path);
    if (/^\$\{[^}]*\}$/.test(text)) fromVariables.add(here);
    if (NEAR_REFERENCE.test(text.replaceAll(REFERENCE, ""))) {
      unknown.add(here);
      misspelt.push(noReference(text, path, environment, naming));
      return text;
    }
    return text.replaceAll(REFERENCE, (whole, name: string | undefined, mark: string | undefined, otherwise = "") => {
      if (name === undefined) return "${";
      variables.add(name);
      hidden.add(here);
      const value = environment[name];
      if (value !== undefined && value !== "") return value;
      if (mark !== undefined) return otherwise;
      unknown.add(here);
      missing.set(name, [...(missing.get(name) ?? []), path]);
      return whole;
    });
  }

  const replacedContent = replaced(content, []);
  const unset = [...missing].map(([name, paths]) => notSet(name, paths, environment, naming));
  return { content: replacedContent, fromVariables, hidden, unknown, variables, problems: [...misspelt, ...unset] };
}

/** One problem per variable, wherever else the file names it. */
function notSet(name: string, paths: readonly Path[], environment: Environment, naming: Naming): ConfigProblem {
  const [first = [], ...others] = paths;
  const lines = others.flatMap((path) => naming.at?.(path, "value")?.line ?? []);
  const also = lines.length === 0 ? "" : ` It is named in line ${lines.join(", ")} as well.`;
  const state = environment[name] === undefined ? "is not set" : "is set, but empty";
  return problem({
    path: naming.name(first),
    message: `the environment variable ${name} ${state}.${also}`,
    fix: `Set it for the process that runs this, or write \${${name}:-text} for what it is otherwise.`,
    example: `export ${name}=…`,
    at: naming.at?.(first, "value"),
  });
}

function noReference(text: string, path: Path, environment: Environment, naming: Naming): ConfigProblem {
  const meant = (/[A-Za-z_][\w-]*/.exec(text)?.[0] ?? "").replaceAll("-", "_");
  const key = String(path.at(-1));
  // A text that is no variable's name may be a password containing `$`, so it is not quoted.
  const name = meant in environment ? meant : key.toUpperCase();
  return problem({
    path: naming.name(path),
    message: "looks like a variable, but is not written like one.",
    expected: "${NAME}, of letters, digits and _; $${ for a plain ${",
    fix: "Write the variable's name between ${ and }.",
    example: `${key}: "\${${name}}"`,
    at: naming.at?.(path, "value"),
  });
}
