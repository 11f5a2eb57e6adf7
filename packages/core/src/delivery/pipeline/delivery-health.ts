import type { SendResult } from "../../connector/send-result.ts";
import type { CircuitState } from "./circuit-state.ts";
import { degradedFixOf } from "./degraded-fix.ts";
import type { Health, PipelineStatus } from "./pipeline-status.ts";

/** How a destination is doing, as its attempts tell it. */
export class DeliveryHealth {
  /** Since the destination was opened, or its configuration replaced. */
  hasDelivered = false;
  /** The last refusal or failure. */
  lastError: string | undefined;
  #noted: Health = "pending";
  /** When it came into its state, in milliseconds since the epoch. */
  since: number;

  constructor(now: number) {
    this.since = now;
  }

  /** Takes note of a verdict. */
  observe(result: SendResult): void {
    const complaint = complaintOf(result);
    if (complaint !== undefined) this.lastError = complaint;
  }

  /** Takes note of the state that it is in now. */
  note(circuit: CircuitState, failing: number, now: number): void {
    const { health } = this.status(circuit, failing);
    if (health === this.#noted) return;
    this.#noted = health;
    this.since = now;
  }

  /** `failing`: events that fail by themselves, while the others pass. */
  status(circuit: CircuitState, failing: number): Pick<PipelineStatus, "health" | "reason" | "fix"> {
    switch (circuit.kind) {
      case "probing":
        return this.status(circuit.of, failing);
      case "suspended":
        return { health: "failed", reason: circuit.reason, fix: circuit.fix };
      case "held":
        return degraded(circuit.reason);
      case "backing off":
        return degraded(this.lastError);
      case "closed":
        if (failing > 0 || circuit.failures > 0) return degraded(this.lastError);
        return { health: this.hasDelivered ? "healthy" : "pending", reason: undefined, fix: undefined };
      default:
        return circuit satisfies never;
    }
  }
}

function degraded(reason: string | undefined): Pick<PipelineStatus, "health" | "reason" | "fix"> {
  return { health: "degraded", reason, fix: degradedFixOf(reason) };
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
