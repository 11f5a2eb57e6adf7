import type { CheckStep } from "../connector/check-report.ts";
import type { SendResult } from "../connector/send-result.ts";

/**
 * Builds the check step of a request without events that is otherwise sent like a delivery. If the SIEM itself refuses
 * it for being empty, the step passes: the address and the credential are right.
 */
export function verdictStep(name: string, verdict: SendResult, passed: string): CheckStep {
  switch (verdict.kind) {
    case "accepted":
    case "partial":
      return { name, status: "passed", detail: passed };
    case "rejected":
      if (verdict.confirmed === false) return { name, status: "failed", detail: verdict.reason, fix: NOT_THE_SIEM };
      return { name, status: "passed", detail: `${passed}; of one without an event it says ${verdict.reason}` };
    case "suspend":
      return {
        name,
        status: "failed",
        detail: verdict.reason,
        ...(verdict.fix !== undefined && { fix: verdict.fix }),
      };
    case "retry":
    case "too-large":
      return { name, status: "failed", detail: verdict.reason, fix: NOT_NOW };
    default:
      return verdict satisfies never;
  }
}

const NOT_THE_SIEM =
  "Something on the way refuses it, or something else answers: check the address, and what stands before the SIEM.";
const NOT_NOW = "It takes nothing now, and may by itself in a while: check again, and look at what stands before it.";
