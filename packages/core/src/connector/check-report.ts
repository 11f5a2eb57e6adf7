/** One step of a check, in the order in which they were tried; the first failure usually ends it. */
export interface CheckStep {
  /** One or two words, such as `resolve`, `connect`, `tls`, `credential`, `target`. */
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  /** What was seen. Never holds a secret. */
  readonly detail: string;
  /** What to do about a failure. */
  readonly fix?: string;
}

export interface CheckReport {
  readonly steps: readonly CheckStep[];
}

export function checkPassed(report: CheckReport): boolean {
  return report.steps.every((step) => step.status !== "failed");
}
