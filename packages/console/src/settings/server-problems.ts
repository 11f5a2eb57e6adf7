import type { ApiProblem, FieldProblem } from "../api/problem.ts";

/** The server's problems with settings by their fields, and those that belong to none. */
export function placed(problem: ApiProblem | undefined, keys: ReadonlySet<string>) {
  const atField = new Map<string, string>();
  const elsewhere: FieldProblem[] = [];
  for (const each of problem?.problems ?? []) {
    const key = keyOf(each.path);
    if (key !== undefined && keys.has(key)) {
      const text = each.fix === undefined ? each.message : `${each.message} ${each.fix}`;
      atField.set(key, [atField.get(key), text].filter(Boolean).join(" "));
    } else {
      elsewhere.push(each);
    }
  }
  return { atField, elsewhere };
}

/** `config.url` and `config/headers/x` name the fields `url` and `headers`. */
function keyOf(path: string): string | undefined {
  const [first, second] = path.split(/[./[\]]+/).filter((part) => part !== "");
  return first === "config" ? second : undefined;
}
