// Events of many organisations, published one by one at a steady rate, and what was found of them.
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "@arbitex/core/host";
import { orgEvent } from "./org-host.ts";

export interface Load {
  readonly orgs: number;
  /** Events a second. */
  readonly rate: number;
}

export type IsOver = () => boolean;

export function after(ms: number): IsOver {
  const startedAt = performance.now();
  return () => performance.now() - startedAt >= ms;
}

/**
 * Publishes events of random organisations, evenly over the time. An event's latency begins when it was due: a thread that
 * is busy publishes late.
 */
export async function publishUntil(isOver: IsOver, host: Host, { orgs, rate }: Load): Promise<void> {
  const startedAt = performance.now();
  const publishing: Promise<unknown>[] = [];
  while (!isOver()) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * rate);
    while (publishing.length < due) {
      const dueAt = performance.timeOrigin + startedAt + ((publishing.length + 1) / rate) * 1000;
      publishing.push(host.publish(orgEvent(Math.floor(Math.random() * orgs), dueAt)));
    }
    await sleep(1);
  }
  await Promise.all(publishing);
}

export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
