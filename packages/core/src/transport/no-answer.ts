import type { CheckStep } from "../connector/check-report.ts";
import { describeFailure, tlsFixOf } from "./classify-failure.ts";

/**
 * Builds the check step for a request without a reply. A failed TLS handshake brings its own fix; `fix` is for
 * everything else.
 */
export function noAnswer(name: string, error: unknown, fix: string): CheckStep {
  return { name, status: "failed", detail: describeFailure(error), fix: tlsFixOf(error) ?? fix };
}
