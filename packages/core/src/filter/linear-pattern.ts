import { RE2JS } from "re2js";
import { FilterError } from "./filter-error.ts";
import { MOST_PATTERN, MOST_PATTERN_SIZE, MOST_PROGRAM } from "./filter-limits.ts";

const TOO_LARGE = `is too large a pattern: ${MOST_PATTERN} characters and about ${MOST_PROGRAM} steps are allowed.`;
const SMALLER = "Shorten it; use fewer or smaller repeats, such as + in place of {1,50}.";
/** A class such as \p{Greek} holds many ranges. */
const CLASS_SIZE = 60;

/**
 * Compiles a pattern whose time grows with the text alone: a tenant's pattern must not stop the process, as one of
 * JavaScript's own can. Throws `FilterError`.
 */
export function compilePattern(pattern: string, start: number): RE2JS {
  if (pattern.length > MOST_PATTERN || patternSize(pattern) > MOST_PATTERN_SIZE) {
    throw new FilterError(TOO_LARGE, { start, fix: SMALLER });
  }
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FilterError(`is no pattern of RE2: ${reason}.`, { start });
  }
  if (compiled.programSize() > MOST_PROGRAM) throw new FilterError(TOO_LARGE, { start, fix: SMALLER });
  return compiled;
}

/** Returns about how many steps a pattern has, before it is compiled, which would take long for a large one. */
export function patternSize(pattern: string): number {
  const outer: number[] = [];
  let total = 0;
  let last = 0;
  const add = (size: number) => {
    total += size;
    last = size;
  };
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === "\\") {
      at++;
      add(/[pP]/.test(pattern[at] ?? "") ? CLASS_SIZE : 1);
    } else if (character === "(") {
      outer.push(total);
      total = 0;
    } else if (character === ")") {
      const size = total + 1;
      total = outer.pop() ?? 0;
      add(size);
    } else if (character === "{") {
      const counts = /^\{(\d*),?(\d*)\}/.exec(pattern.slice(at, at + 20));
      const most = Math.max(Number(counts?.[1] ?? 1), Number(counts?.[2] ?? 1), 1);
      total += last * (most - 1);
      last *= most;
      if (counts !== null) at += counts[0].length - 1;
    } else add(1);
  }
  return outer.reduce((sum, size) => sum + size, total);
}
