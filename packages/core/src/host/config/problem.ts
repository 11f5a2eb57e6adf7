import { SiemError } from "../../errors.ts";

/** One thing wrong with a configuration. */
export interface ConfigProblem {
  /** Where: a path in the file, or an environment variable's name. */
  readonly path: string;
  readonly message: string;
  /** What to do. */
  readonly fix?: string | undefined;
  /** What may stand there. */
  readonly expected?: string | undefined;
  /** A good one, as it is written. */
  readonly example?: string | undefined;
  /** The place in the file. */
  readonly at?: FilePlace | undefined;
}

/** A place in a file, as editors and terminals take it. Counted from 1. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Everything that is wrong with a configuration, at once. */
export class ConfigError extends SiemError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super("SIEM_CONFIG_INVALID", problems.map(describeProblem).join("\n"));
    this.problems = problems;
  }
}

/** What there is to do where the example says it all. */
export const LIKE_EXAMPLE = "Write it like the example.";

/** On one line: where, what, and what to do. */
export function describeProblem({ path, message, fix, example, at }: ConfigProblem): string {
  const where = [at === undefined ? "" : placeText(at), path].filter((part) => part !== "").join(" ");
  const what = where === "" ? message : `${where}: ${message}`;
  const shown = example === undefined || example.includes("\n") ? undefined : `Such as: ${example}`;
  return [what, fix === LIKE_EXAMPLE ? undefined : fix, shown].filter((part) => part !== undefined).join(" ");
}

/** `siem.config.yaml:4:7` */
export function placeText({ file, line, column }: FilePlace): string {
  return `${file}:${line}:${column}`;
}
