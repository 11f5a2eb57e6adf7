import type { z } from "zod";
import { describeIssue, MISSING, UNSEEN } from "./describe-issue.ts";
import { nearest } from "../connectors/nearest.ts";
import type { ConfigProblem, FilePlace } from "./problem.ts";
import type { SchemaNode } from "./schema-node.ts";
import { exampleOf, keysOf, nodeAt, schemaNodeOf, typeText } from "./schema-node.ts";

type Path = readonly PropertyKey[];

/** How a person finds a place in the configuration. */
export interface Naming {
  /** A path in the file, or a variable. */
  readonly name: (path: Path) => string;
  /** Where the file has it; the key itself, or what stands under it. */
  readonly at?: (path: Path, part: "key" | "value") => FilePlace | undefined;
  /** A value as it is written there. */
  readonly example?: (path: Path, value: unknown, node: SchemaNode, prefix?: string) => string | undefined;
}

export const plainNaming: Naming = { name: shownPath };

/** Names of what stands under `path`. */
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
  /** What was parsed, to say what stands there. Without it only its type is told. */
  readonly input?: unknown;
  /** Names of what must not be shown of it. */
  readonly hidden?: ReadonlySet<string> | undefined;
  /** Of the variables that a connector's secrets would be kept in. */
  readonly prefix?: string | undefined;
  /** Where an unknown key belongs instead, for one that is known elsewhere. */
  readonly belongs?: (path: Path) => string | undefined;
}

/** Every issue of a failed parse as a problem: where, what was expected, and a way out. */
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
  // One that is there under another name is not missing.
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
    // Where nothing but the message is shown, it says what is expected too.
    if (naming.example === undefined) return [problem({ ...place, message: fullMessage(message, node), fix })];
    const written = naming.example(issue.path, example, node, prefix);
    return [problem({ ...place, message, expected, fix: fix ?? usualFix, example: written })];
  });
}

function fullMessage(message: string, node: SchemaNode): string {
  const wanted = typeText(node);
  return message === MISSING && wanted !== undefined ? `is missing: expected ${wanted}.` : message;
}

/** Leaves out what there is nothing to say about. */
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
  /** The setting of that place whose name was misspelt. */
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

/** True of a key whatever stands under it. */
export const UNKNOWN_SETTING = "unknown setting.";

function unknownKey(path: Path, { near, fix, root, naming, prefix }: UnknownKeyOptions): ConfigProblem {
  const node = near && nodeAt(root, near);
  const example = near && node && naming.example?.(near, exampleOf(node), node, prefix);
  return problem({ path: naming.name(path), message: UNKNOWN_SETTING, fix, example, at: naming.at?.(path, "key") });
}

export function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const step of path) {
    if (value === UNSEEN) return UNSEEN;
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === String(step))?.[1];
  }
  return value;
}

/** `destinations[1].config.url`. */
export function pathText(path: Path): string {
  let text = "";
  for (const step of path) text += typeof step === "number" ? `[${step}]` : `${text === "" ? "" : "."}${String(step)}`;
  return text;
}

/** The same for a message. A key that no setting can have may be a value whose colon was forgotten, and so a secret. */
export function shownPath(path: Path): string {
  return pathText(
    path.map((step) => (typeof step === "number" || /^[A-Za-z][A-Za-z_-]{0,39}$/.test(String(step)) ? step : "…")),
  );
}
