import { retryDelayMs } from "./retry-policy.ts";

/** Dials again by itself: at once, then after waits that grow. */
export interface Redial {
  /** One more try; nothing when one is planned already. */
  soon(): void;
  /** All is well, or over: no more tries, and the next one is at once again. */
  rest(): void;
}

export interface RedialOptions {
  /** Wait before the second try. */
  readonly baseMs: number;
  readonly random: () => number;
  /** Never throws. */
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
