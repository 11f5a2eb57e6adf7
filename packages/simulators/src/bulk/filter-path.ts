import { fits } from "./wildcard.ts";

/**
 * Reduces a reply to the given paths, like `filter_path`: `*` matches one name, `**` any number of them. Emptied
 * containers are removed, also from arrays, whose indices then no longer match the events.
 */
export function filterPath(reply: unknown, paths: string): unknown {
  return (
    filter(
      reply,
      paths.split(",").map((path) => path.trim().split(".")),
    ) ?? {}
  );
}

function filter(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  if (paths.length === 0 || typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) {
    const left = value.map((item) => filter(item, paths)).filter((item) => item !== undefined);
    return left.length === 0 ? undefined : left;
  }
  const entries = Object.entries(value)
    .map(([name, member]): [string, unknown] => [name, filter(member, pathsBelow(name, paths))])
    .filter(([, member]) => member !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function pathsBelow(name: string, paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return paths.flatMap((path) => {
    const [head = "", ...tail] = path;
    if (head === "**") return [path, ...pathsBelow(name, [tail])];
    return fits(head, name) ? [tail] : [];
  });
}
