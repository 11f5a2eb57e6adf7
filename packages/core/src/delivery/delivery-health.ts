import type { SendResult } from "../connector/send-result.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Account } from "./account.ts";
import type { CircuitState } from "./circuit.ts";
import type { PipelineStatus } from "./pipeline-status.ts";

/** How a destination is doing, as its attempts tell it. One log line per change. */
export class DeliveryHealth {
  readonly #logger: Logger;
  readonly #account: Account;
  /** Since the destination was opened, or its configuration replaced. */
  #hasDelivered = false;
  /** The last attempt failed in a way that waiting may heal. */
  #isStruggling = false;
  lastError: string | undefined;

  constructor(logger: Logger, account: Account) {
    this.#logger = logger;
    this.#account = account;
  }

  /** Some events have arrived. */
  delivered(now: number): void {
    this.#hasDelivered = true;
    this.#account.lastDeliveryAt = now;
  }

  /** Takes note of a verdict; true when it is an answer of a SIEM that works. */
  observe(result: SendResult, now: number): boolean {
    const complaint = complaintOf(result);
    if (complaint !== undefined) this.lastError = complaint;
    if (result.kind === "suspend") return false;
    if (wantsRetry(result)) {
      if (!this.#isStruggling) this.#logger.warn({ reason: complaint }, "destination is refusing batches");
      this.#isStruggling = true;
      return false;
    }
    if (result.kind === "accepted") this.delivered(now);
    if (this.#isStruggling) this.#logger.info({}, "destination takes batches again");
    this.#isStruggling = false;
    return true;
  }

  /** A check has shown that it works again. */
  recovered(): void {
    this.#isStruggling = false;
  }

  status(circuit: CircuitState): Pick<PipelineStatus, "health" | "reason" | "fix"> {
    switch (circuit.kind) {
      case "suspended":
        return { health: "failed", reason: circuit.reason, fix: circuit.fix };
      case "open":
        return { health: "degraded", reason: circuit.reason, fix: undefined };
      case "closed":
        if (this.#isStruggling) return { health: "degraded", reason: this.lastError, fix: undefined };
        return { health: this.#hasDelivered ? "healthy" : "pending", reason: undefined, fix: undefined };
      default:
        return circuit satisfies never;
    }
  }
}

function wantsRetry(result: SendResult): boolean {
  if (result.kind === "partial") return result.failures.some(({ outcome }) => outcome === "retry");
  return result.kind === "retry";
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
