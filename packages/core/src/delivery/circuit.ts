import { setMaxListeners } from "node:events";
import type { Logger } from "../telemetry/logger.ts";
import type { Clock } from "./clock.ts";
import { sleep } from "./clock.ts";

/** Whether a destination may send. Times are those of `Clock.elapsed`. */
export type CircuitState =
  | { readonly kind: "closed" }
  /** The far side is down, or dead letters cannot be written: events are held, one batch at a time probes. */
  | { readonly kind: "open"; readonly reason: string; readonly probeAt: number }
  /** Only a person can fix it: events are held. `check` probes, and when it has passed, a single batch. */
  | {
      readonly kind: "suspended";
      readonly reason: string;
      readonly fix: string | undefined;
      readonly probeAt: number;
      readonly probe: "check" | "batch";
    };

export interface CircuitOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How many events wait behind it, for the log. */
  readonly held: () => number;
}

const OPEN_PROBE_MS = 30_000;
/** A wrong credential must not be hammered: some SIEMs lock the account. No two probes come closer together than this. */
const SUSPENDED_PROBE_MS = 60_000;
/** A proxy or a SIEM that starts may refuse for a moment: that should not cost a minute. */
const FIRST_PROBE_MS = 5000;

/** Holds all batches of a destination back: for a moment after a refusal, or until it works again. */
export class Circuit {
  readonly #options: CircuitOptions;
  #state: CircuitState = { kind: "closed" };
  /** While closed, no batch is sent before this. */
  #opensAt = 0;
  /** Ends waits, when the circuit leaves `closed`, and when draining begins. */
  #wakeUp = createWakeUp();
  #isDraining = false;
  #probedAt = Number.NEGATIVE_INFINITY;

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  get state(): CircuitState {
    return this.#state;
  }

  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  /** Whether it is time to try gently. */
  get isProbeDue(): boolean {
    return this.#state.kind !== "closed" && this.#options.clock.elapsed() >= this.#state.probeAt;
  }

  /** Nothing is sent for so long. */
  backOff(waitMs: number): void {
    this.#opensAt = Math.max(this.#opensAt, this.#options.clock.elapsed() + waitMs);
  }

  /** Resolves when a batch may go, or when waiting has become pointless. */
  async passable(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#isDraining && this.isClosed) {
      const wait = this.#opensAt - clock.elapsed();
      if (wait <= 0) return;
      await sleep(clock, wait, this.#wakeUp.signal);
    }
  }

  open(reason: string): void {
    const { clock, logger, held } = this.#options;
    if (this.isClosed) logger.error({ reason, held: held() }, "destination is down, holding its events");
    this.#state = { kind: "open", reason, probeAt: clock.elapsed() + OPEN_PROBE_MS };
    this.#wake();
  }

  /** A suspended destination is being probed. */
  probed(): void {
    if (this.#state.kind === "suspended" && this.#state.probe === "check")
      this.#probedAt = this.#options.clock.elapsed();
  }

  /** The check of a suspended destination has passed. It may have skipped what only a batch shows. */
  checked(): void {
    if (this.#state.kind !== "suspended") return;
    this.#state = { ...this.#state, probe: "batch", probeAt: this.#options.clock.elapsed() };
  }

  suspend(reason: string, fix: string | undefined): void {
    const { clock, logger, held } = this.#options;
    if (this.#state.kind !== "suspended") {
      logger.error({ reason, fix, held: held() }, "destination is suspended until someone fixes it");
    }
    const probeAt = Math.max(clock.elapsed() + FIRST_PROBE_MS, this.#probedAt + SUSPENDED_PROBE_MS);
    this.#state = { kind: "suspended", reason, fix, probeAt, probe: "check" };
    this.#wake();
  }

  /** It works again. */
  close(): void {
    const { logger, held } = this.#options;
    if (!this.isClosed) logger.info({ held: held() }, "destination works again, sending what was held");
    this.#state = { kind: "closed" };
  }

  /** From now on nobody waits. */
  drain(): void {
    this.#isDraining = true;
    this.#wake();
  }

  #wake(): void {
    this.#wakeUp.abort();
    this.#wakeUp = createWakeUp();
  }
}

/** Every batch under way may wait for it; a leak is what Node would suspect. */
function createWakeUp(): AbortController {
  const wakeUp = new AbortController();
  setMaxListeners(0, wakeUp.signal);
  return wakeUp;
}
