/** A sink that does not heed the signal must hold up neither a stop nor a probe: `otherwise` is the answer then. */
export function untilAborted<Result>(
  work: Promise<Result> | Result,
  signal: AbortSignal,
  otherwise: Result,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(otherwise);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    // A connector may give what is no promise, or one that is not Node's own.
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}
