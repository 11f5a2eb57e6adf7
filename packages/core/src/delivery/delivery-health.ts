import type { SendResult } from "../connector/send-result.ts";
import type { CircuitState } from "./circuit-state.ts";
import type { PipelineStatus } from "./pipeline-status.ts";

/** How a destination is doing, as its attempts tell it. */
export class DeliveryHealth {
  /** Since the destination was opened, or its configuration replaced. */
  hasDelivered = false;
  /** The last refusal or failure. */
  lastError: string | undefined;

  /** Takes note of a verdict. */
  observe(result: SendResult): void {
    const complaint = complaintOf(result);
    if (complaint !== undefined) this.lastError = complaint;
  }

  /** `failing`: events that fail by themselves, while the others pass. */
  status(circuit: CircuitState, failing: number): Pick<PipelineStatus, "health" | "reason" | "fix"> {
    switch (circuit.kind) {
      case "probing":
        return this.status(circuit.of, failing);
      case "suspended":
        return { health: "failed", reason: circuit.reason, fix: circuit.fix };
      case "held":
        return { health: "degraded", reason: circuit.reason, fix: undefined };
      case "backing off":
        return { health: "degraded", reason: this.lastError, fix: undefined };
      case "closed":
        if (failing > 0 || circuit.failures > 0) return { health: "degraded", reason: this.lastError, fix: undefined };
        return { health: this.hasDelivered ? "healthy" : "pending", reason: undefined, fix: undefined };
      default:
        return circuit satisfies never;
    }
  }
}

function complaintOf(result: SendResult): string | undefined {
  switch (result.kind) {
    case "accepted":
      return undefined;
    case "partial":
      return (result.failures.find(({ outcome }) => outcome === "retry") ?? result.failures[0])?.reason;
    case "retry":
    case "too-large":
    case "rejected":
    case "suspend":
      return result.reason;
    default:
      return result satisfies never;
  }
}
