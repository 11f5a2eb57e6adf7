/** An OCSF event, or what an export has in its place. */
export type ExportedEvent = Readonly<Record<string, unknown>>;

/** Members under which SIEMs put the event itself: HEC, a search result, a hit, a log, a dead letter. */
const WRAPPERS = [
  "event",
  "_raw",
  "_source",
  "result",
  "results",
  "hits",
  "rows",
  "messages",
  "map",
  "ocsf",
  "attributes",
  "content",
  "message",
  "raw_data",
  "data",
  "body",
  "raw",
  "line",
];

const DEEPEST = 8;

/** Returns the OCSF events in a value of an export, whatever is around them. */
export function findEvents(value: unknown, depth = 0): readonly ExportedEvent[] {
  if (depth > DEEPEST) return [];
  if (typeof value === "string") return findInText(value, depth);
  if (Array.isArray(value)) return value.flatMap((element) => findEvents(element, depth + 1));
  if (!isObject(value)) return [];
  if (isEvent(value)) return [value];
  for (const name of WRAPPERS) {
    if (!Object.hasOwn(value, name)) continue;
    const found = findEvents(value[name], depth + 1);
    if (found.length > 0) return found;
  }
  return [];
}

function findInText(text: string, depth: number): readonly ExportedEvent[] {
  if (!/^\s*[{[]/.test(text)) return [];
  try {
    return findEvents(JSON.parse(text), depth + 1);
  } catch {
    return [];
  }
}

function isEvent(value: ExportedEvent): boolean {
  return typeof value["class_uid"] === "number" && isObject(value["metadata"]);
}

export function isObject(value: unknown): value is ExportedEvent {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
