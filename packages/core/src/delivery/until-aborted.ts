/** A sink that does not heed the signal must hold up neither a stop nor a probe: `otherwise` is the answer then. */
export function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal, otherwise: Result): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(otherwise);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
