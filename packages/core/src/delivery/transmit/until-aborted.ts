/**
 * Resolves as `work`, or to `otherwise` if the signal aborts first: a sink that ignores the signal must not hold up a
 * stop or a probe.
 */
export function untilAborted<Result>(
  work: Promise<Result> | Result,
  signal: AbortSignal,
  otherwise: Result,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(otherwise);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    // A connector may return no promise, or a foreign one.
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}
