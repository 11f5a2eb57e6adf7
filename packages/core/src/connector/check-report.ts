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

export interface CheckReport {
  readonly steps: readonly CheckStep[];
}

export function checkPassed(report: CheckReport): boolean {
  return report.steps.every((step) => step.status !== "failed");
}
