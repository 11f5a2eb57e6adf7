/** One step of a check. Steps are listed in the order they ran; a failure usually ends the check. */
export interface CheckStep {
  /** One or two words, such as `resolve`, `connect`, `tls`, `credential`, `target`. */
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  /** What the step observed. Never holds a secret. */
  readonly detail: string;
  /** What an operator can do about a failed step. */
  readonly fix?: string;
}

/** Called with each step of a check as soon as it is known. */
export type OnStep = (step: CheckStep) => void;

/** Report of a check, step by step. */
export interface CheckReport {
  readonly steps: readonly CheckStep[];
}

/** Returns whether no step failed. Skipped steps do not count. */
export function checkPassed(report: CheckReport): boolean {
  return report.steps.every((step) => step.status !== "failed");
}
