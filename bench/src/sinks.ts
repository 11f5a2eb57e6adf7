import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { join } from "node:path";
import type { SimulatorCounts } from "@arbitex/simulators";
import type { SinkAddress, Sinks, SinkType } from "./contender.ts";
import { answerOf } from "./child.ts";

/** Simulated SIEMs, each in a process of its own, so that what a sender costs is the sender's alone. */
export interface RunningSinks {
  readonly addresses: Sinks;
  counts(): Promise<readonly SinkCounts[]>;
  stop(): void;
}

export interface SinkCounts extends SimulatorCounts {
  readonly type: SinkType;
}

export async function startSinks(types: readonly SinkType[], scheme: "http" | "https" = "http"): Promise<RunningSinks> {
  const children: { readonly type: SinkType; readonly child: ChildProcess }[] = [];
  const addresses: Partial<Record<SinkType, SinkAddress>> = {};
  for (const type of types) {
    const child = fork(join(import.meta.dirname, "sink-process.js"), [type, scheme]);
    children.push({ type, child });
    addresses[type] = await answerOf<SinkAddress>(child);
  }
  return {
    addresses,
    counts: () =>
      Promise.all(
        children.map(async ({ type, child }) => {
          child.send("counts");
          return { type, ...(await answerOf<SimulatorCounts>(child)) };
        }),
      ),
    stop() {
      for (const { child } of children) child.kill();
    },
  };
}

/** Throws unless everything arrived at every sink, and nothing twice. */
export async function assertArrived(name: string, sinks: RunningSinks, count: number): Promise<void> {
  for (const { type, stored, repeated, refused } of await sinks.counts()) {
    if (stored === count && repeated === 0 && refused === 0) continue;
    throw new Error(`${name}, ${type}: ${count} sent, ${stored} stored, ${repeated} repeated, ${refused} refused`);
  }
}
