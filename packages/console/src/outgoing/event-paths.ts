import { isRecord } from "../api/problem.ts";

const MOST_PATHS = 300;
const MOST_LEVELS = 8;

/** The paths of an event's values, as redaction names them: `actor.user.name`, `observables[*].value`. */
export function pathsOf(events: readonly unknown[]): string[] {
  const found = new Set<string>();
  for (const event of events) collect(event, "", 0, found);
  return [...found].toSorted();
}

function collect(value: unknown, path: string, level: number, found: Set<string>): void {
  if (found.size >= MOST_PATHS || level > MOST_LEVELS) return;
  if (Array.isArray(value)) {
    for (const each of value) collect(each, `${path}[*]`, level + 1, found);
  } else if (isRecord(value)) {
    // A name that is no plain word has no path that could be written.
    const members = Object.entries(value).filter(([name]) => /^[A-Za-z_]\w*$/.test(name));
    for (const [name, each] of members) collect(each, path === "" ? name : `${path}.${name}`, level + 1, found);
  } else if (path !== "") {
    found.add(path);
  }
}
