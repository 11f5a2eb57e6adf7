import { isMap } from "./is-map.ts";
import type { ConfigFile } from "./config-file.ts";
import { destinationSchema, fromText, nodeAt, pathText, problem, schemaNodeOf } from "@arbitex/core/config";
import { problemsOf } from "@arbitex/core/host";
import type { HostConfig } from "./host-config.ts";
import { hostConfigSchema } from "./host-config.ts";
import type { ConfigProblem } from "@arbitex/core/host";
import type { SchemaNode } from "@arbitex/core/config";

export interface ParsedFile {
  /** The valid sections, without destinations. */
  readonly config: HostConfig;
  /** The destinations as written. Each is validated separately. */
  readonly entries: readonly unknown[];
  /** Problems outside the destinations. */
  readonly problems: readonly ConfigProblem[];
}

/** Validates the file section by section, so that an error in one section does not hide errors in another. */
export function parseHostConfig(file: ConfigFile): ParsedFile {
  const { naming, hidden } = file;
  if (file.content === undefined || file.content === null) return { config: {}, entries: [], problems: [] };
  if (!isMap(file.content)) return { config: {}, entries: [], problems: [notAMap(file)] };
  const { destinations = [], ...sections } = coercedContent(file.content, file);
  const entries = Array.isArray(destinations) ? destinations : [];
  // Destinations are validated separately; here only the list itself is.
  const content = { ...sections, ...(!Array.isArray(destinations) && { destinations }) };
  const parsed = hostConfigSchema.safeParse(content);
  if (parsed.success) return { config: parsed.data, entries, problems: [] };
  const problems = problemsOf(parsed.error, hostConfigSchema, { naming, input: content, hidden, belongs });
  const wrong = new Set(
    parsed.error.issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : issue.path.slice(0, 1).map(String),
    ),
  );
  const usable = Object.fromEntries(Object.entries(content).filter(([key]) => !wrong.has(key)));
  const rest = hostConfigSchema.safeParse(usable);
  return { config: rest.success ? rest.data : {}, entries, problems: problems.map(withShape) };
}

const EXAMPLE = `destinations:
  - id: soc-splunk
    type: splunk_hec
    config: { url: "https://splunk.example.com:8088", token: "\${SPLUNK_TOKEN}" }`;

function withShape(found: ConfigProblem): ConfigProblem {
  return found.path === "destinations" ? { ...found, expected: "a list of destinations", example: EXAMPLE } : found;
}

function notAMap({ content, naming }: ConfigFile): ConfigProblem {
  const found = Array.isArray(content) ? "a list" : "a text";
  const message = `the file holds ${found} where a map of settings is expected.`;
  const fix = Array.isArray(content) ? 'Put the list under "destinations:".' : 'Write "key: value" on each line.';
  return problem({ path: "", message, fix, example: EXAMPLE, at: naming.at?.([], "value") });
}

const entryKeys = Object.keys(destinationSchema.shape);

function belongs(path: readonly PropertyKey[]): string | undefined {
  const isOfDestination = path.length === 1 && entryKeys.includes(String(path[0]));
  return isOfDestination
    ? `"${String(path[0])}" belongs to a destination, in the list under "destinations".`
    : undefined;
}

/** Converts values from variables, which are strings, to the number, boolean or list that the setting expects. */
function coercedContent(content: Readonly<Record<string, unknown>>, { fromVariables }: ConfigFile) {
  if (fromVariables.size === 0) return content;
  const root = schemaNodeOf(hostConfigSchema);

  function coerced(value: unknown, path: readonly PropertyKey[]): unknown {
    if (typeof value === "string" && fromVariables.has(pathText(path))) return asWanted(value, nodeAt(root, path));
    if (Array.isArray(value)) return value.map((item, index) => coerced(item, [...path, index]));
    if (!isMap(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, coerced(inner, [...path, key])]));
  }

  return Object.fromEntries(Object.entries(content).map(([key, value]) => [key, coerced(value, [key])]));
}

function asWanted(text: string, node: SchemaNode): unknown {
  const type = [node, ...(node.anyOf ?? [])].map((option) => option.type);
  if (type.includes("string")) return text;
  const wanted = type.find((name) => name === "boolean" || name === "integer" || name === "number");
  if (wanted !== undefined) return fromText({ type: wanted }, text);
  return type.includes("array") ? fromText({ type: "list" }, text) : text;
}
