import type { FaultRule } from "@arbitex/simulators";
import type { Load, PlannedDestination, Schedule, Step } from "../schedule/schedule.ts";
import { isStrikeable } from "../siems/strikeable.ts";

/** One row of the published table: a fault, the same for every connector that can meet it. */
export interface TableFault {
  /** As the table names it. */
  readonly title: string;
  readonly load?: Partial<Load>;
  /** What every destination differs in from the usual one. */
  readonly destination?: Partial<Omit<PlannedDestination, "type">>;
  /** What the SIEMs do, from the start of the load to its end; a SIEM that cannot is left out. */
  readonly rules?: readonly FaultRule[];
  /** What happens besides. */
  readonly steps?: (types: readonly string[]) => readonly Step[];
  /** Left out where this is false. */
  readonly appliesTo?: (type: string) => boolean;
  readonly staysBroken?: boolean;
  /** Whether a proxy is on the way. */
  readonly proxied?: boolean;
}

const SEED = 16;
/** The platform's own settings, but that nobody waits 5 s for the last batch of a run. */
const DELIVERY = { flush_interval: 1 };
const LOAD: Load = { eventsPerSecond: 300, forMs: 8000, clients: 2, maxBatch: 100 };
/** Begins when the first events are on their way. */
const STRIKE_AT_MS = 1000;

/** The run of one row: real clocks, the queue on disk, a destination of every type that can meet the fault. */
export function scheduleOf(fault: TableFault, types: readonly string[]): Schedule {
  const { rules = [], steps = () => [], destination = {}, staysBroken = false, proxied = false } = fault;
  const load = { ...LOAD, ...fault.load };
  const met = types.filter((type) => meets(fault, type));
  const forMs = staysBroken ? load.forMs * 100 : load.forMs - STRIKE_AT_MS;
  const strikes: readonly Step[] =
    rules.length === 0 ? [] : met.map((type) => ({ kind: "strike", atMs: STRIKE_AT_MS, type, rules, forMs }));
  return {
    seed: SEED,
    store: "disk",
    workers: 0,
    speed: 1,
    load,
    destinations: met.map((type) => ({ type, ...destination, delivery: { ...DELIVERY, ...destination.delivery } })),
    steps: [...strikes, ...steps(met)].toSorted((a, b) => a.atMs - b.atMs),
    staysBroken,
    proxied,
  };
}

export function meets({ rules = [], appliesTo = () => true }: TableFault, type: string): boolean {
  return appliesTo(type) && rules.every((rule) => isStrikeable(type, rule));
}
