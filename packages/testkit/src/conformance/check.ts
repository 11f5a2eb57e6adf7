/** One thing that must hold for a connector. */
export interface Check {
  /** Stays the same from release to release, such as `settings-strict`. */
  readonly id: string;
  /** A sentence whose subject is the group's name. */
  readonly title: string;
  /** What does not hold, in sentences; empty when all does. */
  readonly problems: () => Promise<readonly string[]>;
  /** Why this is not checked; undefined when it is. */
  readonly leftOut: () => Promise<string | undefined>;
}

export interface CheckGroup {
  readonly name: string;
  readonly checks: readonly Check[];
}

type Problems = readonly string[];

/** A check, left out where there is a reason to. */
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

/** A problem where something does not hold. */
export function unless(holds: boolean, problem: string): Problems {
  return holds ? [] : [problem];
}
