import type { SendResult } from "../../connector/send-result.ts";
import type { CircuitState } from "./circuit-state.ts";
import { degradedFixOf } from "./degraded-fix.ts";
import type { Health, PipelineStatus } from "./pipeline-status.ts";

/** Health of a destination, derived from its attempts. */
export class DeliveryHealth {
  /** Whether anything was delivered since it was opened or replaced. */
  hasDelivered = false;
  /** Last refusal or failure. */
  lastError: string | undefined;
  #noted: Health = "pending";
  /** Time of the last change of health, in milliseconds since the epoch. */
  since: number;

  constructor(now: number) {
    this.since = now;
  }

  /** Notes a verdict. */
  observe(result: SendResult): void {
    const complaint = complaintOf(result);
    if (complaint !== undefined) this.lastError = complaint;
  }

  /** Notes the current state. */
  note(circuit: CircuitState, failing: number, now: number): void {
    const { health } = this.status(circuit, failing);
    if (health === this.#noted) return;
    this.#noted = health;
    this.since = now;
  }

  /** Returns the health. `failing` is the number of events that fail while others pass. */
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
