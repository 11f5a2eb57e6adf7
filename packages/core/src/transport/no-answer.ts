import type { CheckStep } from "../connector/check-report.ts";
import { describeFailure, tlsFixOf } from "./classify-failure.ts";

/** The step of a check that got no answer. A failed TLS handshake has a fix of its own; `fix` is for all else. */
export function noAnswer(name: string, error: unknown, fix: string): CheckStep {
  return { name, status: "failed", detail: describeFailure(error), fix: tlsFixOf(error) ?? fix };
}
