import type { FaultRule } from "@arbitex/simulators";
import { isStrikeable } from "../siems/strikeable.ts";
import type { Delivery, PlannedDestination, QueueStoreName, Schedule, Step } from "./schedule.ts";
import type { Chance } from "./seeded.ts";
import { createChance } from "./seeded.ts";

export interface ScheduleOptions {
  readonly seed: number;
  readonly store: QueueStoreName;
  /** Types of connector to choose destinations from. */
  readonly types: readonly string[];
}

const LOAD_MS = 10_000;
const SPEED = 10;
/** A stream, a file and a signed webhook have no compression, and at Cortex XSIAM it is a setting of the collector's own. */
const SETTLED_COMPRESSION = new Set(["qradar", "syslog", "file", "webhook", "cortex_xsiam"]);
const DAY_MS = 86_400_000;

/** The same seed, store and types give the same schedule. */
export function makeSchedule({ seed, store, types }: ScheduleOptions): Schedule {
  const chance = createChance(seed);
  const chosen = chance.shuffled(types).slice(0, 3);
  const load = {
    eventsPerSecond: chance.pick([100, 300, 600]),
    forMs: LOAD_MS,
    clients: chance.integer(1, 4),
    maxBatch: chance.pick([1, 20, 100, 250]),
  };
  const steps = Array.from({ length: chance.integer(4, 9) }, () => drawStep(chance, chosen, store));
  const destinations = chosen.map((type) => drawDestination(chance, type, store));
  return {
    seed,
    store,
    workers: chance.integer(0, 2),
    speed: SPEED,
    load,
    destinations,
    steps: (store === "memory" ? withoutLossOfMemory(steps) : steps).toSorted((a, b) => a.atMs - b.atMs),
  };
}

function drawDestination(chance: Chance, type: string, store: QueueStoreName): PlannedDestination {
  return {
    type,
    delivery: drawDelivery(chance, type, store),
    ...(chance.isLucky(0.2) && { minSeverityId: 2 }),
    ...(chance.isLucky(0.2) && { maxBodyBytes: chance.integer(20_000, 80_000) }),
    ...(chance.isLucky(0.25) && { poisonEvery: chance.pick([100, 37]) }),
  };
}

function drawDelivery(chance: Chance, type: string, store: QueueStoreName): Delivery {
  const held = store === "disk" ? 0.8 : 0.4;
  return {
    batch_size: chance.pick([10, 50, 100, 100, 500]),
    flush_interval: chance.pick([1, 5]),
    max_retries: chance.pick([0, 1, 3, 3]),
    concurrency: chance.pick([1, 2, 2, 4]),
    ...(!SETTLED_COMPRESSION.has(type) && { compression: chance.pick(["none", "gzip"]) }),
    on_exhausted: chance.isLucky(held) ? "hold" : "dead-letter",
    ...(chance.isLucky(0.15) && { ordered: true }),
    ...(chance.isLucky(0.3) && {
      overflow: chance.pick(["dead-letter", "block", "reject"]),
      max_queued_events: chance.pick([200, 1000]),
    }),
  };
}

function drawStep(chance: Chance, types: readonly string[], store: QueueStoreName): Step {
  const atMs = chance.integer(300, LOAD_MS - 1000);
  const type = chance.pick(types);
  const forMs = chance.integer(300, 4000);
  const draw = chance.draw();
  if (draw < 0.5) return { atMs, kind: "strike", type, rules: drawRules(chance, type), forMs };
  if (draw < 0.58) return { atMs, kind: "refuse-credentials", type, forMs };
  if (draw < 0.78) {
    const signal = store === "disk" && chance.isLucky(0.7) ? "SIGKILL" : "SIGTERM";
    return { atMs, kind: "end-server", signal, downMs: chance.integer(0, 1500) };
  }
  if (draw < 0.84) return { atMs, kind: "reconfigure", type, delivery: drawDelivery(chance, type, store) };
  if (draw < 0.94) {
    return { atMs, kind: "break-disk", failure: chance.pick(["full", "sync"]), forMs: chance.integer(200, 2000) };
  }
  return { atMs, kind: "shift-clock", byMs: chance.pick([-DAY_MS, -3_600_000, -10_000, 60_000, 3_600_000, DAY_MS]) };
}

function drawRules(chance: Chance, type: string): readonly FaultRule[] {
  const share = chance.pick([0.1, 0.3, 1]);
  const all: readonly FaultRule[] = [
    { kind: "status", status: 429, headers: { "retry-after": String(chance.integer(0, 5)) } },
    { kind: "status", status: 503 },
    { kind: "status", status: chance.pick([500, 502, 504, 408]) },
    { kind: "status", status: 413 },
    { kind: "status", status: chance.pick([400, 401, 403, 404]) },
    { kind: "reset-before" },
    { kind: "reset-after" },
    { kind: "half-closed" },
    { kind: "slow", ms: chance.pick([200, 1000, 4000]) },
    { kind: "hang" },
    { kind: "truncated" },
    { kind: "html" },
    { kind: "empty" },
    { kind: "partial", status: chance.pick([400, 429]), events: chance.integer(1, 5) },
  ];
  const known = all.filter((fault) => isStrikeable(type, fault));
  const kinds = chance.shuffled(known).slice(0, chance.integer(1, 3));
  return kinds.map((fault) => ({ ...fault, rate: share / kinds.length }));
}

/**
 * A server that is asked to end while its dead letters cannot be written loses what is in memory, and says so. Without a
 * queue on disk that is all it can do, so these two never meet.
 */
function withoutLossOfMemory(steps: readonly Step[]): readonly Step[] {
  const ends = steps.some(({ kind }) => kind === "end-server" || kind === "reconfigure");
  return ends ? steps.filter(({ kind }) => kind !== "break-disk") : steps;
}
