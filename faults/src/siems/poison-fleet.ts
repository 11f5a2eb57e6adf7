import type { EventSupply } from "../client/event-supply.ts";
import type { PlannedDestination } from "../schedule/schedule.ts";
import type { Fleet } from "./fleet.ts";
import { siemOf } from "./fleet.ts";

/** Tells the SIEMs which events they will never take, before any of them comes. */
export function poisonFleet(
  fleet: Fleet,
  destinations: readonly PlannedDestination[],
  { supply, events }: { readonly supply: EventSupply; readonly events: number },
): void {
  for (const { type, poisonEvery } of destinations) {
    if (poisonEvery === undefined) continue;
    // Not the first of each batch.
    for (let index = poisonEvery >> 1; index < events; index += poisonEvery) {
      siemOf(fleet, type).poison?.(supply.id(index));
    }
  }
}
