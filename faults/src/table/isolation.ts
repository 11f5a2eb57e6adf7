import type { Schedule } from "../schedule/schedule.ts";

/** One of the destinations is dead for 20 s; what of the others? */
export function isolationSchedule(types: readonly string[]): Schedule {
  const [dead = ""] = types;
  return {
    seed: 17,
    store: "disk",
    workers: 0,
    speed: 1,
    load: { eventsPerSecond: 1000, forMs: 22_000, clients: 4, maxBatch: 100 },
    destinations: types.map((type) => ({ type, delivery: { flush_interval: 1 } })),
    steps: [{ kind: "strike", atMs: 2000, type: dead, rules: [{ kind: "reset-before" }], forMs: 20_000 }],
  };
}
