import { setTimeout as sleep } from "node:timers/promises";
import type { Scraper } from "./scraper.ts";

/** What came after the last fault. */
export interface Settling {
  /** By destination, how long after the end of the faults nothing was queued any more. */
  readonly settledMs: ReadonlyMap<string, number>;
  /** What did not come to its end. */
  readonly problems: readonly string[];
}

export interface SettlingOptions {
  /** Resolves once every event that was posted is acknowledged. */
  readonly isAllOffered: Promise<void>;
  /** The faults go on, so that there is nothing to wait for but the clients. */
  readonly staysBroken: boolean;
  readonly speed: number;
}

/** Longer than a probe, the next one, and the last batch take together, in our time. */
const settleWithinMs = (speed: number) => 150_000 / Math.min(speed, 4);
const LOOK_EVERY_MS = 20;

/** Waits until the queue of every destination is empty. */
export async function untilSettled(
  scraper: Scraper,
  { isAllOffered, staysBroken, speed }: SettlingOptions,
): Promise<Settling> {
  const calmAt = performance.now();
  const settledMs = new Map<string, number>();
  const clients = watchClients(isAllOffered);

  while (performance.now() - calmAt < settleWithinMs(speed)) {
    const figures = scraper.latest();
    for (const [destination, { queued }] of figures ?? []) {
      if (queued > 0) settledMs.delete(destination);
      else if (!settledMs.has(destination)) settledMs.set(destination, performance.now() - calmAt);
    }
    if (clients.state !== "waiting" && (staysBroken || settledMs.size === figures?.size)) break;
    await sleep(LOOK_EVERY_MS);
  }
  const stuck = [...(scraper.latest() ?? [])].filter(([destination]) => !staysBroken && !settledMs.has(destination));
  return {
    settledMs,
    problems: [
      ...(clients.state === "done" ? [] : [`clients: ${clients.state}`]),
      ...stuck.map(
        ([destination, { queued }]) => `${destination}: ${queued} events are not settled long after the last fault`,
      ),
    ],
  };
}

/** Whether every event was acknowledged, for a loop that looks now and then; or why that will never be. */
function watchClients(isAllOffered: Promise<void>): { readonly state: string } {
  const clients = { state: "waiting" };
  isAllOffered.then(
    () => Object.assign(clients, { state: "done" }),
    (error: unknown) => Object.assign(clients, { state: String(error) }),
  );
  return clients;
}
