/** Names of dead-letter files, beside `name`: the one that is written to. */
export type DeadLetterFileKind =
  /** Set aside by us when it had grown too large: `soc.2026-11-25T17-00-00-000Z.jsonl`. */
  | "aside"
  /** Moved by others, as logrotate does: `soc.jsonl.1`, `soc.jsonl-20261130`. */
  | "moved"
  /** Something of the name that is not read: packed, or a copy. */
  | "unread";

const ENDING = ".jsonl";
const ASIDE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z$/;
const TIME_LENGTH = "2026-11-25T17-00-00-000Z".length;
const MOVED = /^[.-]\d[\dTZ:._-]*$/;
/** Our own files beside it. */
const OTHERS = /^\.replay(?:ed|\.lock)/;

export function deadLetterFileKindOf(other: string, name: string): DeadLetterFileKind | undefined {
  const { stem, ending } = partsOf(name);
  if (other.startsWith(`${stem}.`) && ASIDE_TIME.test(other.slice(stem.length + 1, stem.length + 1 + TIME_LENGTH))) {
    const rest = other.slice(stem.length + 1 + TIME_LENGTH);
    if (rest.startsWith(ending)) return rest === ending ? "aside" : "unread";
  }
  if (other === name || !other.startsWith(name)) return undefined;
  const rest = other.slice(name.length);
  if (MOVED.test(rest)) return "moved";
  return OTHERS.test(rest) || !/^[.~-]/.test(rest) ? undefined : "unread";
}

/** Whether a file is of dead letters: dead letters, set aside, moved or packed, marks, locks. */
export function isDeadLetterName(name: string): boolean {
  return name.includes(ENDING);
}

/** The name that a `.jsonl` file had while it was written to; undefined for any other file. */
export function writtenNameOf(other: string): string | undefined {
  const at = other.lastIndexOf(ENDING);
  if (at < 0) return undefined;
  const rest = other.slice(at + ENDING.length);
  if (rest !== "" && !MOVED.test(rest)) return undefined;
  const stem = other.slice(0, at);
  const time = stem.lastIndexOf(".");
  return `${time > 0 && ASIDE_TIME.test(stem.slice(time + 1)) ? stem.slice(0, time) : stem}${ENDING}`;
}

/** Sorts by time beside the file that it was. */
export function asideNameOf(name: string, now: number): string {
  const { stem, ending } = partsOf(name);
  return `${stem}.${new Date(now).toISOString().replaceAll(/[:.]/g, "-")}${ending}`;
}

function partsOf(name: string) {
  return name.endsWith(ENDING) ? { stem: name.slice(0, -ENDING.length), ending: ENDING } : { stem: name, ending: "" };
}
