import type { Figures } from "./metrics.ts";

/** Watches the account of every destination over all processes of a server. */
export interface IdentityWatch {
  /** Looks at one scrape; `life` is the process that it came from. */
  look(life: number, figures: ReadonlyMap<string, Figures>): void;
  readonly scrapes: number;
  readonly problems: readonly string[];
}

/**
 * `delivered + dead-lettered + filtered + queued` must exceed `accepted` by the same number at every scrape of a process:
 * by what its queue held when it started, and so by nothing where queues do not outlive it.
 */
export function createIdentityWatch(isDurable: boolean): IdentityWatch {
  const inherited = new Map<string, number>();
  const problems: string[] = [];
  let scrapes = 0;
  return {
    problems,
    get scrapes() {
      return scrapes;
    },
    look(life, figures) {
      scrapes++;
      for (const [destination, account] of figures) {
        const key = `${destination} in life ${life}`;
        const { accepted, delivered, deadLettered, filtered, queued } = account;
        const surplus = delivered + deadLettered + filtered + queued - accepted;
        const expected = inherited.get(key) ?? (isDurable ? Math.max(0, surplus) : 0);
        inherited.set(key, expected);
        if (surplus !== expected) {
          problems.push(`${key}: the account is off by ${surplus - expected}: ${JSON.stringify(account)}`);
        }
      }
    },
  };
}
