import { z } from "zod";
import { nearest } from "./nearest.ts";
import type { ConfigProblem } from "./problem.ts";

type Issue = z.core.$ZodIssue;

/** Names a place in the configuration for a person: a path in the file, or a variable. */
export type NamePath = (path: readonly PropertyKey[]) => string;

/** Every issue of a failed parse as a problem: where, what was expected, and a way out. */
export function problemsOf(
  error: z.core.$ZodError,
  schema: z.ZodType,
  namePath: NamePath = pathText,
): readonly ConfigProblem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, schema, namePath));
}

function problemsOfIssue(issue: Issue, schema: z.ZodType, namePath: NamePath): readonly ConfigProblem[] {
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => unknownKey(namePath([...issue.path, key]), key, known));
  }
  if (issue.code === "invalid_union") {
    // The branch whose type was right says best what is wrong with the value.
    const telling = issue.errors.flat().find((inner) => inner.code !== "invalid_type") ?? issue.errors[0]?.[0];
    return [{ path: namePath(issue.path), message: sentence(telling?.message ?? issue.message) }];
  }
  return [{ path: namePath(issue.path), message: sentence(issue.message) }];
}

export function unknownKey(path: string, key: string, known: readonly string[]): ConfigProblem {
  const near = nearest(key, known);
  const fix = near === undefined ? `Known here: ${known.join(", ")}.` : `Did you mean "${near}"?`;
  return { path, message: "unknown setting.", fix };
}

/** zod's own words, shortened to what a person looks for. */
function sentence(message: string): string {
  const text = message
    .replace(/^Invalid input: expected (.*), received undefined$/, "missing: expected $1")
    .replace(/^Invalid input: expected (.*), received (.*)$/, "expected $1, got $2")
    .replace(
      /^Invalid option: expected one of (.*)$/,
      (_, options: string) => `expected one of ${options.replaceAll("|", ", ")}`,
    );
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const nodeSchema: z.ZodType<SchemaNode> = z.looseObject({
  properties: z
    .record(
      z.string(),
      z.lazy(() => nodeSchema),
    )
    .optional(),
  items: z.lazy(() => nodeSchema).optional(),
});

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>> | undefined;
  readonly items?: SchemaNode | undefined;
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let node: SchemaNode | undefined = nodeSchema.parse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
  for (const step of path) node = typeof step === "number" ? node?.items : node?.properties?.[String(step)];
  return Object.keys(node?.properties ?? {});
}

/** `destinations[1].config.url`. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path) text += typeof step === "number" ? `[${step}]` : `${text === "" ? "" : "."}${String(step)}`;
  return text;
}
