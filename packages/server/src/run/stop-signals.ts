import type { Terminal } from "../terminal/terminal.ts";

export interface StopSteps {
  /** Asked to end: finish what is under way. */
  first(signal: NodeJS.Signals): void;
  /** Asked again: end now, losing nothing that need not be lost. */
  second(): void;
}

/** A terminal's Ctrl-C arrives twice when `npm` runs the command: from the terminal and once more through npm. */
const SAME_REQUEST_MS = 300;

/** Tells the first request to end from the second; the third kills. The returned function ends the watch. */
export function watchStopSignals(
  terminal: Pick<Terminal, "onSignal" | "kill">,
  steps: StopSteps,
  now = Date.now,
): () => void {
  let requests = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  return terminal.onSignal((signal) => {
    const isSameRequest = now() - lastAt < SAME_REQUEST_MS;
    lastAt = now();
    if (isSameRequest) return;
    requests++;
    if (requests === 1) steps.first(signal);
    else if (requests === 2) steps.second();
    else terminal.kill(signal);
  });
}
