import type { ProcessSignals } from "../terminal/process-signals.ts";

export interface StopSteps {
  /** First request to stop: finish the work under way. */
  first(reason: string): void;
  /** Second request: stop now, without losing queued events. */
  second(): void;
}

/** Under `npm`, Ctrl-C arrives twice: from the terminal and once more through npm. */
const SAME_REQUEST_MS = 300;

/**
 * Tells the first request to stop from the second; the third kills. The end of the npm that started the process counts
 * as a first request. The returned function stops the watch.
 */
export function watchStopSignals(
  signals: Pick<ProcessSignals, "onSignal" | "onOrphaned" | "kill">,
  steps: StopSteps,
  now = Date.now,
): () => void {
  let requests = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  const unwatch = [
    signals.onSignal((signal) => {
      const isSameRequest = now() - lastAt < SAME_REQUEST_MS;
      lastAt = now();
      if (isSameRequest) return;
      requests++;
      if (requests === 1) steps.first(signal);
      else if (requests === 2) steps.second();
      else signals.kill(signal);
    }),
    signals.onOrphaned(() => {
      if (requests > 0) return;
      requests++;
      steps.first("npm has ended");
    }),
  ];
  return () => {
    for (const stop of unwatch) stop();
  };
}
