export interface Deadline {
  /** Aborts when the time is up, or with the signal that it was made from. */
  readonly signal: AbortSignal;
  abort(reason: Error): void;
  /** Lets go of both. To be called when the work is over. */
  clear(): void;
}

/** A signal that also aborts after `ms`, then with `late` as its reason. `AbortSignal.any` keeps what it made for too long. */
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
