import type { ProcessSignals } from "../terminal/process-signals.ts";

export interface StopSteps {
  /** Asked to end: finish what is under way. */
  first(reason: string): void;
  /** Asked again: end now, losing nothing that need not be lost. */
  second(): void;
}

/** A terminal's Ctrl-C arrives twice when `npm` runs the command: from the terminal and once more through npm. */
const SAME_REQUEST_MS = 300;

/**
 * Tells the first request to end from the second; the third kills. That npm is gone, which started the process, is a
 * first request: whoever ended npm meant it. The returned function ends the watch.
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
