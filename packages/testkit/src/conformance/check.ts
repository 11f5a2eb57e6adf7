/** Three times the longest check, of lines over TLS on a busy machine. */
export const LONGEST_CHECK_MS = 180_000;

/** One requirement of a connector. */
export interface Check {
  /** Stable over releases, such as `settings-strict`. */
  readonly id: string;
  /** A sentence whose subject is the group's name. */
  readonly title: string;
  /** The failed expectations, as sentences; empty on success. */
  readonly problems: () => Promise<readonly string[]>;
  /** Why the check is skipped; undefined when it runs. */
  readonly leftOut: () => Promise<string | undefined>;
}

export interface CheckGroup {
  readonly name: string;
  readonly checks: readonly Check[];
}

type Problems = readonly string[];

/** Creates a check. It is skipped when there is a reason. */
export function check(
  id: string,
  title: string,
  problems: () => Problems | Promise<Problems>,
  reason?: string | (() => Promise<string | undefined>),
): Check {
  return {
    id,
    title,
    problems: async () => await problems(),
    leftOut: typeof reason === "function" ? reason : async () => reason,
  };
}

/** The problem, unless the condition holds. */
export function unless(holds: boolean, problem: string): Problems {
  return holds ? [] : [problem];
}
