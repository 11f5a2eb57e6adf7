import type { Keep, Simulator } from "@arbitex/simulators";
import { simulators, testCertificates } from "@arbitex/simulators";
import type { PlannedDestination } from "../schedule/schedule.ts";

/** The simulated SIEMs of a run, by the type of their connector. */
export type Fleet = ReadonlyMap<string, Simulator>;

export async function startFleet(
  destinations: readonly PlannedDestination[],
  { seed, keep }: { readonly seed: number; readonly keep: Keep },
): Promise<Fleet> {
  const fleet = new Map<string, Simulator>();
  for (const { type, maxBodyBytes, caFile } of destinations) {
    const entry = simulators[type];
    if (entry === undefined) throw new Error(`there is no simulator of ${type}`);
    const simulator = await entry.start({
      keep,
      seed,
      ...(maxBodyBytes !== undefined && { maxBodyBytes }),
      ...(caFile !== undefined && { tls: testCertificates.server }),
    });
    fleet.set(type, simulator);
  }
  return fleet;
}

export function siemOf(fleet: Fleet, type: string): Simulator {
  const simulator = fleet.get(type);
  if (simulator === undefined) throw new Error(`no SIEM of this run is a ${type}`);
  return simulator;
}

export async function closeFleet(fleet: Fleet): Promise<void> {
  await Promise.all([...fleet.values()].map((simulator) => simulator.close()));
}
