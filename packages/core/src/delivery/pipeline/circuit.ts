import type { Logger } from "../../telemetry/logger.ts";
import type { CircuitEvent, CircuitState } from "./circuit-state.ts";
import { closed, holdOf, isSending, transition } from "./circuit-state.ts";
import type { Clock } from "../../clock.ts";

export interface CircuitOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ordered: boolean;
  /** Number of waiting events, for the log. */
  readonly held: () => number;
  readonly lastError: () => string | undefined;
}

/** A destination's circuit. Logs when it opens, pauses or closes. */
export class Circuit {
  readonly #options: CircuitOptions;
  #state: CircuitState = closed;
  #checkedAt = Number.NEGATIVE_INFINITY;

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Whether batches are sent, now or after a pause. */
  get isSending(): boolean {
    return isSending(this.#state);
  }

  happened(event: CircuitEvent): void {
    const { clock, ordered } = this.#options;
    const before = this.#state;
    const circumstances = { now: clock.elapsed(), random: clock.random(), ordered, checkedAt: this.#checkedAt };
    this.#state = transition(before, event, circumstances);
    this.#log(before);
  }

  /** Notes that a check probes the suspended destination. */
  checking(): void {
    this.#checkedAt = this.#options.clock.elapsed();
  }

  #log(before: CircuitState): void {
    const { logger, held, lastError } = this.#options;
    const after = this.#state;
    const hold = holdOf(after);
    if (hold === undefined) {
      if (!isSending(before)) logger.info({ held: held() }, "destination works again, sending what was held");
      else if (after.kind === before.kind) return;
      else if (after.kind === "closed") logger.info({}, "destination takes batches again");
      else logger.warn({ reason: lastError() }, "destination does not take batches, waiting");
      return;
    }
    if (holdOf(before)?.kind === hold.kind) return;
    const { reason } = hold;
    if (hold.kind === "held") logger.error({ reason, held: held() }, "destination is down, holding its events");
    else logger.error({ reason, fix: hold.fix, held: held() }, "destination is suspended until someone fixes it");
  }
}
