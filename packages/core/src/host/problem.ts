import { SiemError } from "../errors.ts";

/** One thing wrong with a configuration. */
export interface ConfigProblem {
  /** Where: a path in the file, or an environment variable's name. */
  readonly path: string;
  readonly message: string;
  /** What to do. */
  readonly fix?: string | undefined;
}

/** Everything that is wrong with a configuration, at once. */
export class ConfigError extends SiemError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super("SIEM_CONFIG_INVALID", problems.map(describeProblem).join("\n"));
    this.problems = problems;
  }
}

export function describeProblem({ path, message, fix }: ConfigProblem): string {
  const what = path === "" ? message : `${path}: ${message}`;
  return fix === undefined ? what : `${what} ${fix}`;
}
