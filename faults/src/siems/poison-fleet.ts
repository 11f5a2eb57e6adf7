import type { EventSupply } from "../client/event-supply.ts";
import type { PlannedDestination } from "../schedule/schedule.ts";
import type { Fleet } from "./fleet.ts";
import { siemOf } from "./fleet.ts";

/** Tells the SIEMs, and what stands before them, which events they will never take, before any of them comes. */
export function poisonFleet(
  fleet: Fleet,
  destinations: readonly PlannedDestination[],
  { supply, events }: { readonly supply: EventSupply; readonly events: number },
): void {
  for (const { type, poisonEvery, blocked } of destinations) {
    const siem = siemOf(fleet, type);
    for (const index of everyOne(poisonEvery, events)) siem.poison?.(supply.id(index));
    if (blocked === undefined) continue;
    for (const index of everyOne(blocked.every, events)) siem.block?.(supply.id(index), blocked.status);
  }
}

/** Not the first of each batch. */
function* everyOne(every: number | undefined, events: number): Generator<number> {
  if (every !== undefined) for (let index = every >> 1; index < events; index += every) yield index;
}
