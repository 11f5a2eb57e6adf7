/** Kinds of dead-letter files besides the one being written. */
export type DeadLetterFileKind =
  /** Rotated by this library: `soc.2026-11-25T17-00-00-000Z.jsonl`. */
  | "aside"
  /** Moved by other software such as logrotate: `soc.jsonl.1`, `soc.jsonl-20261130`. */
  | "moved"
  /** A file with this name that is not read: compressed, or a copy. */
  | "unread";

const ENDING = ".jsonl";
const ASIDE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z$/;
const TIME_LENGTH = "2026-11-25T17-00-00-000Z".length;
const MOVED = /^[.-]\d[\dTZ:._-]*$/;
/** This library's other files beside it. */
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

/** Returns whether a file belongs to dead letters: current, rotated, moved or compressed, marks, locks. */
export function isDeadLetterName(name: string): boolean {
  return name.includes(ENDING);
}

/** Returns the name that a rotated or moved `.jsonl` file had; undefined for any other file. */
export function writtenNameOf(other: string): string | undefined {
  const at = other.lastIndexOf(ENDING);
  if (at < 0) return undefined;
  const rest = other.slice(at + ENDING.length);
  if (rest !== "" && !MOVED.test(rest)) return undefined;
  const stem = other.slice(0, at);
  const time = stem.lastIndexOf(".");
  return `${time > 0 && ASIDE_TIME.test(stem.slice(time + 1)) ? stem.slice(0, time) : stem}${ENDING}`;
}

/** Returns the name of a rotated file, which sorts by time. */
export function asideNameOf(name: string, now: number): string {
  const { stem, ending } = partsOf(name);
  return `${stem}.${new Date(now).toISOString().replaceAll(/[:.]/g, "-")}${ending}`;
}

function partsOf(name: string) {
  return name.endsWith(ENDING) ? { stem: name.slice(0, -ENDING.length), ending: ENDING } : { stem: name, ending: "" };
}
