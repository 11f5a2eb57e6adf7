import { setTimeout as sleep } from "node:timers/promises";
import type { IdentityWatch } from "../oracle/identity.ts";
import type { Figures } from "../oracle/metrics.ts";
import { figuresOf } from "../oracle/metrics.ts";
import type { Supervisor } from "../server/supervisor.ts";

export interface Scraper {
  /** What the server said last; undefined while it is down. */
  latest(): ReadonlyMap<string, Figures> | undefined;
  /** The longest queue that was seen, by destination. */
  readonly mostQueued: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

const EVERY_MS = 50;
const ANSWER_WITHIN_MS = 5000;

/** Reads `/metrics` again and again, whatever else goes on. */
export function startScraper(supervisor: Supervisor, watch: IdentityWatch): Scraper {
  let latest: ReadonlyMap<string, Figures> | undefined;
  const mostQueued = new Map<string, number>();
  const stopped = new AbortController();
  const loop = async () => {
    while (!stopped.signal.aborted) {
      const life = supervisor.lives();
      latest = await scrape(supervisor.origin());
      for (const [destination, { queued }] of latest ?? []) {
        mostQueued.set(destination, Math.max(queued, mostQueued.get(destination) ?? 0));
      }
      // Of a scrape during a restart nobody knows which process it was.
      if (latest !== undefined && life === supervisor.lives()) watch.look(life, latest);
      await sleep(EVERY_MS);
    }
  };
  const done = loop();
  return {
    latest: () => latest,
    mostQueued,
    async stop() {
      stopped.abort();
      await done;
    },
  };
}

async function scrape(origin: string | undefined): Promise<ReadonlyMap<string, Figures> | undefined> {
  if (origin === undefined) return undefined;
  try {
    const response = await fetch(`${origin}/metrics`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return response.ok ? figuresOf(await response.text()) : undefined;
  } catch {
    return undefined;
  }
}
