import { setTimeout as sleep } from "node:timers/promises";
import type { Fleet } from "../siems/fleet.ts";

const MOST_MS = 6000;
const LOOK_EVERY_MS = 100;

/**
 * Waits for what is still on its way to SIEMs that confirm nothing: an event counts as delivered there as soon as the system has
 * taken it, and a receiver that does not read for a while finds it in its buffers later.
 */
export async function lateArrivals(
  fleet: Fleet,
  guarantees: ReadonlyMap<string, string>,
  events: number,
): Promise<void> {
  const unconfirmed = [...fleet].filter(([type]) => guarantees.get(type) === "written").map(([, siem]) => siem);
  const giveUpAt = performance.now() + MOST_MS;
  while (unconfirmed.some(({ ids }) => new Set(ids).size < events) && performance.now() < giveUpAt)
    await sleep(LOOK_EVERY_MS);
}
