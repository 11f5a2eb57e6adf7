import { retryDelayMs } from "./retry-policy.ts";

/** Redials in the background: at once, then after growing waits. */
export interface Redial {
  /** Schedules a try, unless one is scheduled. */
  soon(): void;
  /** Cancels further tries and resets the wait. */
  rest(): void;
}

export interface RedialOptions {
  /** Wait before the second try, in milliseconds. */
  readonly baseMs: number;
  readonly random: () => number;
  /** Dials once. Never throws. */
  readonly dial: () => Promise<void>;
}

const CAP_MS = 30_000;

export function createRedial({ baseMs, random, dial }: RedialOptions): Redial {
  let tries = 0;
  let timer: NodeJS.Timeout | undefined;

  function run(): void {
    timer = undefined;
    void dial();
  }

  return {
    soon() {
      if (timer !== undefined) return;
      const wait =
        tries === 0 ? 0 : retryDelayMs({ retry: tries, random: random() }, { baseMs, capMs: CAP_MS, jitter: "full" });
      tries++;
      timer = setTimeout(run, wait).unref();
    },
    rest() {
      clearTimeout(timer);
      timer = undefined;
      tries = 0;
    },
  };
}
