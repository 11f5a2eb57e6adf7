export interface Deadline {
  /** Aborts after the time is up, or with the parent signal. */
  readonly signal: AbortSignal;
  abort(reason: Error): void;
  /** Clears the timer and the listener. Call it when the work has ended. */
  clear(): void;
}

/**
 * Returns a signal that follows `signal` and also aborts after `ms`, with `late()` as its reason. `AbortSignal.any`
 * keeps its signals in memory too long.
 */
export function deadline(signal: AbortSignal, ms: number, late: () => Error): Deadline {
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort);
  const timer = setTimeout(() => controller.abort(late()), ms);
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    clear() {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    },
  };
}

/** Settles as `work` does, or rejects with the reason of `signal` when that aborts first. */
export function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(reasonOf(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error("the request was given up");
}

export function timedOut(message: string): Error {
  return Object.assign(new Error(message), { code: "ETIMEDOUT" });
}
