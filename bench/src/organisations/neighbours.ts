// What one organisation's backlog costs the others, and what they cost it. Three periods take turns in one run: the others
// without the backlog, both, and the backlog without the others. A round compares its own three periods only, so that
// whatever else the machine does hits all alike; the answer is the median of the rounds.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "@arbitex/core/host";
import { generateEvents } from "../events.ts";
import { median } from "../report/summarise.ts";
import type { IsOver } from "./load.ts";
import { after, publishUntil, quantile, round2 } from "./load.ts";
import type { OrgSink } from "./org-host.ts";
import { openOrgHost, orgDestination, orgEvent, startOrgSink } from "./org-host.ts";
import { watchTurns } from "./turns.ts";

export interface NeighboursOptions {
  readonly orgs: number;
  readonly rounds: number;
  /** Of a period without the backlog. */
  readonly seconds: number;
  /** The others' events a second. */
  readonly rate: number;
  /** Events of the backlog. A period with it lasts until all are delivered. */
  readonly backlog: number;
  /** Whether the turns of the event loop are timed, which keeps a core busy. */
  readonly turns: boolean;
}

type Period = "quiet" | "beside" | "alone";

interface Found {
  readonly p50: number;
  readonly p99: number;
  /** Of the backlog's events, by time. */
  readonly perSecond: number;
  /** CPU of the process, in microseconds, by the backlog's events. */
  readonly cpu: number;
}

type Round = Record<Period, Found>;

const SETTLE_MS = 1000;
/** Until a backlog is given up that is not delivered. */
const LONGEST_DRAIN_MS = 120_000;
const FILLED_TOGETHER = 500;
/** The organisation with the backlog. */
const BEHIND = 3;
/** The backlog goes out in large batches with gzip and all the concurrency that a destination may have. */
const delivery = { batchSize: 2000, concurrency: 4, compression: "gzip", flushIntervalMs: 0 } as const;
const ORDER: readonly Period[] = ["quiet", "beside", "alone"];

export async function measureNeighbours(options: NeighboursOptions): Promise<void> {
  const folder = mkdtempSync(join(process.env["BENCH_FOLDER"] ?? tmpdir(), "neighbours-"));
  try {
    await measureIn(folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit();
}

async function measureIn(folder: string, options: NeighboursOptions): Promise<void> {
  const { orgs, rate, rounds } = options;
  const sink = await startOrgSink();
  const destinations = Array.from({ length: orgs }, (_, org) =>
    orgDestination(org, sink.url, org === BEHIND ? delivery : { flushIntervalMs: 0 }),
  );
  const host = await openOrgHost(folder, destinations);
  // Everybody's connection is open, and all code was run, before anything is measured.
  for (let org = 0; org < orgs; org++) await host.publish(orgEvent(org));
  await publishUntil(after(3000), host, options);
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const found: Partial<Round> = {};
    // Forwards and backwards: what drifts hits all alike.
    for (const period of round % 2 === 0 ? ORDER : ORDER.toReversed()) {
      found[period] = await measurePeriod(period, { sink, host, options });
    }
    const { quiet, beside, alone } = found;
    if (quiet && beside && alone) measured.push({ quiet, beside, alone });
  }
  const middle = (of: (round: Round) => number) => round2(median(measured.map(of)));
  const result = {
    orgs,
    rate,
    othersP99Ms: { quiet: middle(({ quiet }) => quiet.p99), beside: middle(({ beside }) => beside.p99) },
    othersP99Ratio: middle(({ quiet, beside }) => beside.p99 / quiet.p99),
    othersP50Ratio: middle(({ quiet, beside }) => beside.p50 / quiet.p50),
    drainedPerSecond: {
      alone: middle(({ alone }) => alone.perSecond),
      beside: middle(({ beside }) => beside.perSecond),
    },
    drainRatio: middle(({ alone, beside }) => beside.perSecond / alone.perSecond),
    drainCpuMicros: middle(({ alone }) => alone.cpu),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  await host.stop({ deadlineMs: 0 });
  sink.close();
}

interface Bench {
  readonly sink: OrgSink;
  readonly host: Host;
  readonly options: NeighboursOptions;
}

async function measurePeriod(period: Period, { sink, host, options }: Bench): Promise<Found> {
  const { seconds, backlog, turns } = options;
  // The backlog is delivered as soon as the credential is renewed.
  await sink.ask({ trouble: { [BEHIND]: "revoked" } });
  if (period !== "quiet") await fill(host, backlog);
  // The first part of a period is the end of the work before it.
  await publishUntil(after(SETTLE_MS), host, options);
  if (period !== "quiet") {
    await sink.ask({ trouble: {} });
    await host.replace(orgDestination(BEHIND, sink.url, delivery));
  }
  await sink.ask({ take: true });
  const watch = turns ? watchTurns() : undefined;
  const before = process.cpuUsage();
  const startedAt = performance.now();
  if (period === "alone") await until(drained(host));
  else await publishUntil(period === "quiet" ? after(seconds * 1000) : drained(host), host, options);
  const perSecond = backlog / ((performance.now() - startedAt) / 1000);
  const { user, system } = process.cpuUsage(before);
  const { samples } = await sink.ask({ take: true });
  const found = {
    p50: quantile(samples, 0.5),
    p99: quantile(samples, 0.99),
    perSecond,
    cpu: (user + system) / backlog,
  };
  print(period, samples.length, found, watch?.take());
  return found;
}

async function fill(host: Host, backlog: number): Promise<void> {
  let texts: string[] = [];
  for (const event of generateEvents(backlog)) {
    const { actor } = event;
    const org = { uid: `org-${BEHIND}` };
    texts.push(JSON.stringify({ ...event, actor: { ...(typeof actor === "object" && actor), org } }));
    if (texts.length < FILLED_TOGETHER) continue;
    await host.publishTexts(texts);
    texts = [];
  }
  await host.publishTexts(texts);
}

/** Whether the backlog is out, but for what the load adds to it. */
function drained(host: Host): IsOver {
  const isTooLate = after(LONGEST_DRAIN_MS);
  return () => (host.statusOf(`splunk-${BEHIND}`)?.queued ?? 0) < 100 || isTooLate();
}

async function until(isOver: IsOver): Promise<void> {
  while (!isOver()) await sleep(2);
}

function print(period: Period, events: number, { p50, p99, perSecond, cpu }: Found, turns: object | undefined): void {
  const others =
    period === "alone" ? "" : `, ${events} events of the others, p50 ${round2(p50)}, p99 ${round2(p99)} ms`;
  const drain =
    period === "quiet"
      ? ""
      : `, ${Math.round(perSecond)} of the backlog's events a second, ${round2(cpu)} µs of CPU each`;
  const turnsNote = turns === undefined ? "" : `, turns ${JSON.stringify(turns)}`;
  process.stderr.write(`› ${period}${others}${drain}${turnsNote}\n`);
}
