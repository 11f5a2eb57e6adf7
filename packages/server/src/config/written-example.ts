import type { SchemaNode } from "@arbitex/core/config";
import { variableOf } from "@arbitex/core/host";

export interface ExampleOptions {
  readonly isJson: boolean;
  /** Variable prefix of the setting's connector. */
  readonly prefix?: string | undefined;
}

/** A setting as written in the file; undefined when no correct value is known. */
export function writtenExample(
  path: readonly PropertyKey[],
  value: unknown,
  node: SchemaNode,
  { isJson, prefix = "SIEM" }: ExampleOptions,
): string | undefined {
  const key = path.at(-1);
  if (key === undefined) return undefined;
  const shown = node.secret === true ? `\${${variableOf(prefix, String(key))}}` : value;
  if (shown === undefined || shown === null) return undefined;
  if (typeof key === "number") return `- ${valueText(shown, isJson)}`;
  return isJson ? `"${String(key)}": ${valueText(shown, true)}` : `${String(key)}: ${valueText(shown, false)}`;
}

/** Writes a value as YAML. YAML is a superset of JSON; strings need quotes only when YAML would read them otherwise. */
function valueText(value: unknown, isJson: boolean): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const inner = Object.entries(value).map(
      ([key, item]) => `${isJson ? `"${key}"` : key}: ${valueText(item, isJson)}`,
    );
    return `{ ${inner.join(", ")} }`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => valueText(item, isJson)).join(", ")}]`;
  const isPlain =
    typeof value === "string" && /^[A-Za-z/][\w./@-]*$/.test(value) && !/^(?:true|false|null)$/i.test(value);
  return isPlain && !isJson ? value : JSON.stringify(value);
}
