// How costs grow: CPU of an event and time from publish to stored by the number of organisations, with even and skewed
// traffic; CPU of an event by the events queued before it, going in and coming out.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "@arbitex/core/host";
import { machine } from "../report/machine.ts";
import { writeInto } from "../report/performance-page.ts";
import type { OrgSink } from "./org-host.ts";
import { openOrgHost, orgDestination, orgEvent, startOrgSink } from "./org-host.ts";

export interface GrowthOptions {
  /** Events of each measurement by organisations. */
  readonly events: number;
  readonly orgs: readonly number[];
  readonly queued: readonly number[];
  /** Puts the tables into docs/performance.md. */
  readonly write: boolean;
}

type Traffic = "even" | "skewed";

/** The first organisations' events are not noted by the SIEM. */
const FIRST = 4;
const AT_A_TIME = 100;
const MOST_UNDER_WAY = 1000;
/** Of skewed traffic, most belongs to one organisation. */
const SKEWED_SHARE = 0.8;
/** Events a second while latency is measured. */
const RATE = 200;
const LATENCY_MS = 5000;
/** Events whose way into a long queue is measured. */
const LAST = 20_000;

export async function measureGrowth({ events, orgs, queued, write }: GrowthOptions): Promise<void> {
  const sink = await startOrgSink();
  const byOrgs = await rowsOf(orgs, (count) =>
    withHost(count, sink, (host) => byOrganisations(host, count, { events, sink })),
  );
  const byQueue = await rowsOf(queued, (count) => withHost(1, sink, (host) => byQueued(host, count, sink)));
  sink.close();
  const head = `${machine()}; ${events.toLocaleString("en")} events for each line.`;
  const tables = [head, "", ...BY_ORGANISATIONS, ...byOrgs, "", ...BY_QUEUED, ...byQueue].join("\n");
  if (write) writeInto("growth", tables);
  else process.stdout.write(`\n${tables}\n`);
  process.exit();
}

const BY_ORGANISATIONS = [
  "| Organisations | even: µs of CPU an event | events a request | p50 / p99 ms | skewed: µs of CPU an event | events a request | p50 / p99 ms |",
  "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
];
const BY_QUEUED = [
  "| Events queued | µs of CPU for one more | µs of CPU to deliver one | delivered a second |",
  "| ---: | ---: | ---: | ---: |",
];

/** Each row is printed once it is measured: all of them take minutes. */
async function rowsOf(counts: readonly number[], measure: (count: number) => Promise<readonly string[]>) {
  const rows: string[] = [];
  for (const count of counts) {
    const row = `| ${[count.toLocaleString("en"), ...(await measure(count))].join(" | ")} |`;
    process.stderr.write(`${row}\n`);
    rows.push(row);
  }
  return rows;
}

async function withHost<Measured>(
  count: number,
  sink: OrgSink,
  measure: (host: Host) => Promise<Measured>,
): Promise<Measured> {
  const folder = mkdtempSync(join(process.env["BENCH_FOLDER"] ?? tmpdir(), "growth-"));
  const destinations = Array.from({ length: count }, (_, org) =>
    orgDestination(FIRST + org, sink.url, { flushIntervalMs: 0 }),
  );
  const host = await openOrgHost(folder, destinations);
  const measured = await measure(host);
  await host.stop({ deadlineMs: 0 });
  rmSync(folder, { recursive: true, force: true });
  return measured;
}

async function byOrganisations(
  host: Host,
  count: number,
  { events, sink }: { readonly events: number; readonly sink: OrgSink },
): Promise<readonly string[]> {
  // Every connection is open before anything is measured.
  for (let org = 0; org < count; org++) {
    await host.publish(orgEvent(FIRST + org));
    if (org % AT_A_TIME === 0) await host.settled();
  }
  await host.settled();
  const cells: string[] = [];
  for (const traffic of ["even", "skewed"] as const) {
    const next = () => FIRST + chosen(count, traffic);
    const { noted } = await sink.ask({ take: true });
    const before = process.cpuUsage();
    for (let done = 0; done < events; ) {
      await host.publishTexts(Array.from({ length: AT_A_TIME }, () => JSON.stringify(orgEvent(next()))));
      done += AT_A_TIME;
      // The host is not asked: it would look at every destination, which no server does.
      if (done % MOST_UNDER_WAY === 0 || done >= events) await untilNoted(sink, noted + done);
    }
    const cpu = cpuSince(before, events);
    const { requests } = await sink.ask({ take: true });
    await publishSlowly(host, next);
    const { samples } = await sink.ask({ take: true });
    cells.push(cpu, (events / requests).toFixed(1), `${at(samples, 0.5)} / ${at(samples, 0.99)}`);
  }
  return cells;
}

async function byQueued(host: Host, count: number, sink: OrgSink): Promise<readonly string[]> {
  await sink.ask({ trouble: { [FIRST]: "revoked" } });
  const text = () => JSON.stringify(orgEvent(FIRST));
  const publish = async (more: number) => {
    for (let done = 0; done < more; done += AT_A_TIME) {
      await host.publishTexts(Array.from({ length: AT_A_TIME }, text));
    }
  };
  const id = `splunk-${FIRST}`;
  const queuedNow = () => host.statusOf(id)?.queued ?? 0;
  await publish(count - LAST);
  const beforeIn = process.cpuUsage();
  await publish(LAST);
  const going = cpuSince(beforeIn, LAST);
  const left = queuedNow();
  await sink.ask({ trouble: {} });
  const beforeOut = process.cpuUsage();
  const startedAt = performance.now();
  await host.replace(orgDestination(FIRST, sink.url, { flushIntervalMs: 0 }));
  while (queuedNow() > 0) await sleep(20);
  const coming = cpuSince(beforeOut, left);
  const rate = Math.round(left / ((performance.now() - startedAt) / 1000));
  return [going, coming, rate.toLocaleString("en")];
}

async function untilNoted(sink: OrgSink, count: number): Promise<void> {
  while ((await sink.ask({})).noted < count) await sleep(2);
}

function chosen(count: number, traffic: Traffic): number {
  if (traffic === "skewed" && Math.random() < SKEWED_SHARE) return 0;
  return Math.floor(Math.random() * count);
}

async function publishSlowly(host: Host, next: () => number): Promise<void> {
  const publishing: Promise<unknown>[] = [];
  const startedAt = performance.now();
  for (let now = 0; now < LATENCY_MS; now = performance.now() - startedAt) {
    while (publishing.length < (now / 1000) * RATE) publishing.push(host.publish(orgEvent(next())));
    await sleep(2);
  }
  await Promise.all(publishing);
  await host.settled();
}

function cpuSince(before: NodeJS.CpuUsage, events: number): string {
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / events).toFixed(1);
}

function at(samples: readonly number[], share: number): string {
  const sorted = samples.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
}
