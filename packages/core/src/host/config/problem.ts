import { SiemError } from "../../errors.ts";

/** One problem of a configuration. */
export interface ConfigProblem {
  /** A path in the file, or the name of an environment variable. */
  readonly path: string;
  readonly message: string;
  /** How to fix it. */
  readonly fix?: string | undefined;
  /** The expected type or values. */
  readonly expected?: string | undefined;
  /** A valid example, as it is written in that source. */
  readonly example?: string | undefined;
  /** Position in the file. */
  readonly at?: FilePlace | undefined;
}

/** A position in a file. Line and column count from 1, as in editors. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** All problems of a configuration at once, code `SIEM_CONFIG_INVALID`. */
export class ConfigError extends SiemError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super("SIEM_CONFIG_INVALID", problems.map(describeProblem).join("\n"));
    this.problems = problems;
  }
}

/** Fix of a problem whose example says everything. */
export const LIKE_EXAMPLE = "Write it like the example.";

/** Describes a problem on one line: where, what, and how to fix it. */
export function describeProblem({ path, message, fix, example, at }: ConfigProblem): string {
  const where = [at === undefined ? "" : placeText(at), path].filter((part) => part !== "").join(" ");
  const what = where === "" ? message : `${where}: ${message}`;
  const shown = example === undefined || example.includes("\n") ? undefined : `Such as: ${example}`;
  return [what, fix === LIKE_EXAMPLE ? undefined : fix, shown].filter((part) => part !== undefined).join(" ");
}

/** Writes a position as `siem.config.yaml:4:7`. */
export function placeText({ file, line, column }: FilePlace): string {
  return `${file}:${line}:${column}`;
}
