// What organisations cost each other: time from publish to stored at the SIEM, of a thousand organisations with a destination
// each. Healthy and troubled periods take turns in one run, so that whatever else the machine does hits both alike.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "@arbitex/core/host";
import { median } from "../report/summarise.ts";
import type { OrgSink } from "./org-host.ts";
import { openOrgHost, orgDestination, orgEvent, startOrgSink } from "./org-host.ts";
import type { Trouble } from "./org-sink-process.ts";
import { watchTurns } from "./turns.ts";

/**
 * `isolation`: beside one organisation whose SIEM is dead, one whose SIEM answers after 30 s, one whose SIEM answers 429.
 * `noisy`: while one organisation's backlog goes out, in large batches with gzip and all the concurrency it may have.
 */
export type IsolationKind = "isolation" | "noisy";

export interface IsolationOptions {
  readonly kind: IsolationKind;
  readonly orgs: number;
  readonly rounds: number;
  /** Of each period. */
  readonly seconds: number;
  /** Events a second. */
  readonly rate: number;
  /** Events of the noisy organisation that go out in a troubled period, which lasts until all are delivered. */
  readonly backlog: number;
  /** Whether the turns of the event loop are timed, which keeps a core busy. */
  readonly turns: boolean;
}

type Period = "healthy" | "troubled";

const SETTLE_MS = 1000;
/** Until a backlog is given up that is not delivered. */
const LONGEST_DRAIN_MS = 120_000;
const NOISY = 3;
const TROUBLED: Readonly<Record<number, Trouble>> = { 0: "dead", 1: "slow", 2: "busy" };
const noisyDelivery = { batchSize: 2000, concurrency: 4, compression: "gzip", flushIntervalMs: 0 } as const;

export async function measureIsolation(options: IsolationOptions): Promise<void> {
  const folder = mkdtempSync(join(process.env["BENCH_FOLDER"] ?? tmpdir(), "isolation-"));
  try {
    await measureIn(folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit();
}

async function measureIn(folder: string, options: IsolationOptions): Promise<void> {
  const { kind, orgs, rounds, seconds, rate, backlog } = options;
  const sink = await startOrgSink();
  const destinations = Array.from({ length: orgs }, (_, org) =>
    orgDestination(org, sink.url, org === NOISY && kind === "noisy" ? noisyDelivery : { flushIntervalMs: 0 }),
  );
  const host = await openOrgHost(folder, destinations);
  const load = (isOver: IsOver) => publishUntil(isOver, host, { orgs, rate });
  const watch = options.turns ? watchTurns() : undefined;
  // Everybody's connection is open before anything is measured.
  for (let org = 0; org < orgs; org++) await host.publish(orgEvent(org));
  await load(after(3000));
  const latencies: Record<Period, (readonly number[])[]> = { healthy: [], troubled: [] };
  const drains: number[] = [];
  for (let round = 0; round < rounds * 2; round++) {
    // Healthy, troubled, troubled, healthy: what drifts hits both alike.
    const period = round % 4 === 0 || round % 4 === 3 ? "healthy" : "troubled";
    await begin({ sink, host, kind, period, backlog });
    // The first part of a period is the last one's end.
    await load(after(SETTLE_MS));
    await sink.ask({ take: true });
    const isDrain = kind === "noisy" && period === "troubled";
    if (isDrain) {
      await sink.ask({ trouble: {} });
      await host.replace(orgDestination(NOISY, sink.url, noisyDelivery));
    }
    watch?.take();
    const startedAt = performance.now();
    await load(isDrain ? drained(host) : after(seconds * 1000));
    const perSecond = backlog / ((performance.now() - startedAt) / 1000);
    const turns = watch?.take();
    const { samples } = await sink.ask({ take: true });
    latencies[period].push(samples);
    if (isDrain) drains.push(perSecond);
    const note = isDrain ? `, ${Math.round(perSecond)} of the backlog's events a second` : "";
    const found = `p50 ${round2(at(samples, 0.5))}, p99 ${round2(at(samples, 0.99))} ms`;
    const turnsNote = turns === undefined ? "" : `, turns ${JSON.stringify(turns)}`;
    process.stderr.write(`› ${period}: ${samples.length} events, ${found}${note}${turnsNote}\n`);
  }
  const middle = (period: Period) => median(latencies[period].map((samples) => at(samples, 0.99)));
  const all = (period: Period) => round2(at(latencies[period].flat(), 0.99));
  const found = {
    kind,
    orgs,
    rate,
    medianP99Ms: { healthy: round2(middle("healthy")), troubled: round2(middle("troubled")) },
    changePercent: round2((middle("troubled") / middle("healthy") - 1) * 100),
    p99OfAllMs: { healthy: all("healthy"), troubled: all("troubled") },
    ...(drains.length > 0 && { drainedPerSecond: Math.round(median(drains)) }),
  };
  process.stdout.write(`${JSON.stringify(found)}\n`);
  await host.stop({ deadlineMs: 0 });
  sink.close();
}

interface Beginning {
  readonly sink: OrgSink;
  readonly host: Host;
  readonly kind: IsolationKind;
  readonly period: Period;
  readonly backlog: number;
}

async function begin({ sink, host, kind, period, backlog }: Beginning): Promise<void> {
  if (kind === "isolation") return void (await sink.ask({ trouble: period === "troubled" ? TROUBLED : {} }));
  // A backlog, which is delivered as soon as the credential is renewed.
  await sink.ask({ trouble: { [NOISY]: "revoked" } });
  if (period === "healthy") return;
  for (let published = 0; published < backlog; published += 500) {
    await host.publishTexts(Array.from({ length: 500 }, () => JSON.stringify(orgEvent(NOISY))));
  }
}

type IsOver = () => boolean;

function after(ms: number): IsOver {
  const startedAt = performance.now();
  return () => performance.now() - startedAt >= ms;
}

/** Whether the backlog is out, but for what the load adds to it. */
function drained(host: Host): IsOver {
  const isTooLate = after(LONGEST_DRAIN_MS);
  return () => (host.statusOf(`splunk-${NOISY}`)?.queued ?? 0) < 100 || isTooLate();
}

interface Load {
  readonly orgs: number;
  readonly rate: number;
}

/** Events of random organisations, evenly over the time. */
async function publishUntil(isOver: IsOver, host: Host, { orgs, rate }: Load): Promise<void> {
  const startedAt = performance.now();
  const publishing: Promise<unknown>[] = [];
  while (!isOver()) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * rate);
    while (publishing.length < due) publishing.push(host.publish(orgEvent(Math.floor(Math.random() * orgs))));
    await sleep(2);
  }
  await Promise.all(publishing);
}

function at(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
