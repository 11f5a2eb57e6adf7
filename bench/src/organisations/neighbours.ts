// What one organisation's backlog costs the others, and what they cost it. Four periods take turns in one run: the others
// without the backlog, both, the backlog without the others, and the others while another process delivers the same backlog.
// The last is the control: what the machine's cores and disk cost, and not the host that all share. A round compares its own
// periods only, so that whatever else the machine does hits all alike; the answer is the median of the rounds.
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "@arbitex/core/host";
import { answerOf } from "../child.ts";
import { median } from "../report/summarise.ts";
import { BEHIND, backlogDestination, drained, fillBacklog } from "./backlog.ts";
import type { BacklogOrder } from "./backlog-process.ts";
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

type Period = "quiet" | "beside" | "alone" | "apart";

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
const ORDER: readonly Period[] = ["quiet", "beside", "apart", "alone"];

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
    org === BEHIND ? backlogDestination(sink.url) : orgDestination(org, sink.url, { flushIntervalMs: 0 }),
  );
  const host = await openOrgHost(join(folder, "shared"), destinations);
  const other = await startBacklogProcess(join(folder, "apart"), sink.url);
  // Everybody's connection is open, and all code was run, before anything is measured.
  for (let org = 0; org < orgs; org++) await host.publish(orgEvent(org));
  await publishUntil(after(3000), host, options);
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const found: Partial<Round> = {};
    // Forwards and backwards: what drifts hits all alike.
    for (const period of round % 2 === 0 ? ORDER : ORDER.toReversed()) {
      found[period] = await measurePeriod(period, { sink, host, other, options });
    }
    const { quiet, beside, alone, apart } = found;
    if (quiet && beside && alone && apart) measured.push({ quiet, beside, alone, apart });
  }
  const middle = (of: (round: Round) => number) => round2(median(measured.map(of)));
  const result = {
    orgs,
    rate,
    othersP99Ms: {
      quiet: middle(({ quiet }) => quiet.p99),
      beside: middle(({ beside }) => beside.p99),
      apart: middle(({ apart }) => apart.p99),
    },
    othersP99Ratio: {
      beside: middle(({ quiet, beside }) => beside.p99 / quiet.p99),
      apart: middle(({ quiet, apart }) => apart.p99 / quiet.p99),
      besideToApart: middle(({ beside, apart }) => beside.p99 / apart.p99),
    },
    othersP50Ratio: {
      beside: middle(({ quiet, beside }) => beside.p50 / quiet.p50),
      apart: middle(({ quiet, apart }) => apart.p50 / quiet.p50),
    },
    drainedPerSecond: {
      alone: middle(({ alone }) => alone.perSecond),
      beside: middle(({ beside }) => beside.perSecond),
      apart: middle(({ apart }) => apart.perSecond),
    },
    drainRatio: {
      beside: middle(({ alone, beside }) => beside.perSecond / alone.perSecond),
      apart: middle(({ alone, apart }) => apart.perSecond / alone.perSecond),
    },
    drainCpuMicros: middle(({ alone }) => alone.cpu),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  await host.stop({ deadlineMs: 0 });
  other.close();
  sink.close();
}

/** The process of the control. */
interface BacklogProcess {
  tell(order: BacklogOrder): Promise<void>;
  close(): void;
}

async function startBacklogProcess(folder: string, url: string): Promise<BacklogProcess> {
  const child: ChildProcess = fork(join(import.meta.dirname, "backlog-process.js"), [folder, url]);
  await answerOf<string>(child);
  return {
    async tell(order) {
      child.send(order);
      await answerOf<string>(child);
    },
    close: () => void child.kill(),
  };
}

interface Bench {
  readonly sink: OrgSink;
  readonly host: Host;
  readonly other: BacklogProcess;
  readonly options: NeighboursOptions;
}

async function measurePeriod(period: Period, { sink, host, other, options }: Bench): Promise<Found> {
  const { seconds, backlog, turns } = options;
  // The backlog is delivered as soon as the credential is renewed.
  await sink.ask({ trouble: { [BEHIND]: "revoked" } });
  if (period === "apart") await other.tell({ fill: backlog });
  else if (period !== "quiet") await fillBacklog(host, backlog);
  // The first part of a period is the end of the work before it.
  await publishUntil(after(SETTLE_MS), host, options);
  await sink.ask({ trouble: {} });
  await host.replace(backlogDestination(sink.url));
  await sink.ask({ take: true });
  const watch = turns ? watchTurns() : undefined;
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const isOver = period === "quiet" ? after(seconds * 1000) : period === "apart" ? done(other) : drained(host);
  if (period === "alone") await until(isOver);
  else await publishUntil(isOver, host, options);
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

/** Lets the other process deliver its backlog. */
function done(other: BacklogProcess): IsOver {
  let isDone = false;
  void (async () => {
    await other.tell("drain");
    isDone = true;
  })();
  return () => isDone;
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
