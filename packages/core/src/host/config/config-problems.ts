import type { z } from "zod";
import { describeIssue, MISSING, UNSEEN } from "./describe-issue.ts";
import { nearest } from "../../nearest.ts";
import type { ConfigProblem, FilePlace } from "./problem.ts";
import type { SchemaNode } from "./schema-node.ts";
import { exampleOf, keysOf, nodeAt, schemaNodeOf, typeText } from "./schema-node.ts";

type Path = readonly PropertyKey[];

/** Names a setting as its writer knows it. */
export interface Naming {
  /** Returns a path in the file, or a variable's name. */
  readonly name: (path: Path) => string;
  /** Returns the position in the file, of the key or of its value. */
  readonly at?: (path: Path, part: "key" | "value") => FilePlace | undefined;
  /** Writes a value as it stands in that source. */
  readonly example?: (path: Path, value: unknown, node: SchemaNode, prefix?: string) => string | undefined;
}

export const plainNaming: Naming = { name: shownPath };

/** Returns the naming of the settings under `path`. */
export function namingUnder({ name, at, example }: Naming, path: Path): Naming {
  return {
    name: (inner) => name([...path, ...inner]),
    at: (inner, part) => at?.([...path, ...inner], part),
    ...(example !== undefined && {
      example: (inner, value, node, prefix) => example([...path, ...inner], value, node, prefix),
    }),
  };
}

export interface ProblemsOptions {
  readonly naming?: Naming;
  /** The parsed input, to show the wrong value. Without it, only its type is shown. */
  readonly input?: unknown;
  /** Names of settings whose values must not be shown. */
  readonly hidden?: ReadonlySet<string> | undefined;
  /** Prefix of the variables for a connector's secrets. */
  readonly prefix?: string | undefined;
  /** Returns the place where an unknown key belongs, if it is known elsewhere. */
  readonly belongs?: (path: Path) => string | undefined;
}

/** Converts every issue of a failed parse to a problem with path, expectation and fix. */
export function problemsOf(
  error: z.core.$ZodError,
  schema: z.ZodType,
  { naming = plainNaming, input = UNSEEN, hidden, prefix, belongs }: ProblemsOptions = {},
): readonly ConfigProblem[] {
  const root = schemaNodeOf(schema);
  const unknown = error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [],
  );
  const misspelt = unknown.map((path) => ({ path, ...meantBy(path, { root, belongs }) }));
  // A setting present under a misspelt name is not reported as missing.
  const meant = new Set(misspelt.flatMap(({ near }) => (near === undefined ? [] : pathText(near))));
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return misspelt
        .filter(
          ({ path }) =>
            pathText(path.slice(0, -1)) === pathText(issue.path) && issue.keys.includes(String(path.at(-1))),
        )
        .map(({ path, near, fix }) => unknownKey(path, { near, fix, root, naming, prefix }));
    }
    const node = nodeAt(root, issue.path);
    const value = hidden?.has(naming.name(issue.path)) === true ? UNSEEN : valueAt(input, issue.path);
    if (meant.has(pathText(issue.path)) && (value === undefined || value === UNSEEN)) return [];
    const { message, expected, fix, usualFix, example } = describeIssue(issue, node, value);
    const place = { path: naming.name(issue.path), at: naming.at?.(issue.path, "value") };
    // Where only the message is shown, it includes what is expected.
    if (naming.example === undefined) return [problem({ ...place, message: fullMessage(message, node), fix })];
    const written = naming.example(issue.path, example, node, prefix);
    return [problem({ ...place, message, expected, fix: fix ?? usualFix, example: written })];
  });
}

function fullMessage(message: string, node: SchemaNode): string {
  const wanted = typeText(node);
  return message === MISSING && wanted !== undefined ? `is missing: expected ${wanted}.` : message;
}

/** Builds a problem without its empty members. */
export function problem({ path, message, fix, expected, example, at }: ConfigProblem): ConfigProblem {
  return {
    path,
    message,
    ...(expected !== undefined && { expected }),
    ...(fix !== undefined && { fix }),
    ...(example !== undefined && { example }),
    ...(at !== undefined && { at }),
  };
}

interface KnownOptions {
  readonly root: SchemaNode;
  readonly belongs: ((path: Path) => string | undefined) | undefined;
}

interface Meant {
  /** The setting whose name was probably misspelt. */
  readonly near?: Path;
  readonly fix: string;
}

function meantBy(path: Path, { root, belongs }: KnownOptions): Meant {
  const elsewhere = belongs?.(path);
  if (elsewhere !== undefined) return { fix: elsewhere };
  const parent = path.slice(0, -1);
  const known = keysOf(nodeAt(root, parent));
  const near = nearest(String(path.at(-1)), known);
  if (near !== undefined) return { near: [...parent, near], fix: `Did you mean "${near}"?` };
  return { fix: known.length === 0 ? "Remove it." : `Known here: ${known.join(", ")}.` };
}

interface UnknownKeyOptions {
  readonly near: Path | undefined;
  readonly fix: string;
  readonly root: SchemaNode;
  readonly naming: Naming;
  readonly prefix: string | undefined;
}

/** Message of an unknown key. */
export const UNKNOWN_SETTING = "unknown setting.";

function unknownKey(path: Path, { near, fix, root, naming, prefix }: UnknownKeyOptions): ConfigProblem {
  const node = near && nodeAt(root, near);
  const example = near && node && naming.example?.(near, exampleOf(node), node, prefix);
  return problem({ path: naming.name(path), message: UNKNOWN_SETTING, fix, example, at: naming.at?.(path, "key") });
}

/** Returns the value at a path of the input; undefined if there is none, `UNSEEN` if it must not be shown. */
export function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const step of path) {
    if (value === UNSEEN) return UNSEEN;
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === String(step))?.[1];
  }
  return value;
}

/** Writes a path as `destinations[1].config.url`. */
export function pathText(path: Path): string {
  let text = "";
  for (const step of path) text += typeof step === "number" ? `[${step}]` : `${text === "" ? "" : "."}${String(step)}`;
  return text;
}

/**
 * Writes a path for a message. An impossible key may be a value after a forgotten colon, and so a secret: it is hidden.
 */
export function shownPath(path: Path): string {
  return pathText(
    path.map((step) => (typeof step === "number" || /^[A-Za-z][A-Za-z_-]{0,39}$/.test(String(step)) ? step : "…")),
  );
}
