import { setTimeout as wait } from "node:timers/promises";
import type { RunningSinks } from "../sinks.ts";

export interface StoredOptions {
  /** Between two questions; 0 for none, as a question takes a fraction of a millisecond. */
  readonly pollMs: number;
  readonly hasEnded: () => boolean;
}

/** Without a new event at any sink for so long, a program is taken to be stuck. */
const PATIENCE_MS = 30_000;

/** Resolves once every sink has so many events. Throws when none comes any more, or the program has ended. */
export async function untilStored(
  sinks: RunningSinks,
  count: number,
  { pollMs, hasEnded }: StoredOptions,
): Promise<void> {
  let most = -1;
  let progressAt = performance.now();
  while (true) {
    const counts = await sinks.counts();
    const stored = counts.map((sink) => sink.stored);
    if (Math.min(...stored) >= count) return;
    const total = stored.reduce((sum, each) => sum + each, 0);
    if (total > most) {
      most = total;
      progressAt = performance.now();
    }
    if (hasEnded() || performance.now() - progressAt > PATIENCE_MS) {
      throw new Error(`${JSON.stringify(counts)} instead of ${count} at each sink`);
    }
    if (pollMs > 0) await wait(pollMs);
  }
}
