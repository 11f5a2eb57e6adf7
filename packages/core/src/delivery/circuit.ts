/** Whether a destination may send. Times are those of `Clock.elapsed`. */
export type CircuitState =
  | { readonly kind: "closed" }
  /** The far side is down, or dead letters cannot be written: events are held, one batch at a time probes. */
  | { readonly kind: "open"; readonly reason: string; readonly probeAt: number }
  /** Only a person can fix it: events are held, `check` probes. */
  | {
      readonly kind: "suspended";
      readonly reason: string;
      readonly fix: string | undefined;
      readonly probeAt: number;
    };

const OPEN_PROBE_MS = 30_000;
/** A wrong credential must not be hammered: some SIEMs lock the account. */
const SUSPENDED_PROBE_MS = 60_000;

export class Circuit {
  #state: CircuitState = { kind: "closed" };

  get state(): CircuitState {
    return this.#state;
  }

  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  open(reason: string, elapsed: number): void {
    this.#state = { kind: "open", reason, probeAt: elapsed + OPEN_PROBE_MS };
  }

  suspend(reason: string, fix: string | undefined, elapsed: number): void {
    this.#state = { kind: "suspended", reason, fix, probeAt: elapsed + SUSPENDED_PROBE_MS };
  }

  close(): void {
    this.#state = { kind: "closed" };
  }
}
