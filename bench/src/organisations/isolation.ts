// What organisations whose SIEM is in trouble cost the others: time from publish to stored at the SIEM, of a thousand
// organisations with a destination each, beside one whose SIEM is dead, one whose SIEM answers after 30 s, one whose SIEM
// answers 429. Healthy and troubled periods take turns in one run, so that whatever else the machine does hits both alike.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../report/summarise.ts";
import { after, publishUntil, quantile, round2 } from "./load.ts";
import { openOrgHost, orgDestination, orgEvent, startOrgSink } from "./org-host.ts";
import type { Trouble } from "./org-sink-process.ts";

export interface IsolationOptions {
  readonly orgs: number;
  readonly rounds: number;
  /** Of each period. */
  readonly seconds: number;
  /** Events a second. */
  readonly rate: number;
}

type Period = "healthy" | "troubled";

const SETTLE_MS = 1000;
const TROUBLED: Readonly<Record<number, Trouble>> = { 0: "dead", 1: "slow", 2: "busy" };

export async function measureIsolation(options: IsolationOptions): Promise<void> {
  const folder = mkdtempSync(join(process.env["BENCH_FOLDER"] ?? tmpdir(), "isolation-"));
  try {
    await measureIn(folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit();
}

async function measureIn(folder: string, { orgs, rounds, seconds, rate }: IsolationOptions): Promise<void> {
  const sink = await startOrgSink();
  const host = await openOrgHost(
    folder,
    Array.from({ length: orgs }, (_, org) => orgDestination(org, sink.url, { flushIntervalMs: 0 })),
  );
  const load = { orgs, rate };
  // Everybody's connection is open before anything is measured.
  for (let org = 0; org < orgs; org++) await host.publish(orgEvent(org));
  await publishUntil(after(3000), host, load);
  const latencies: Record<Period, (readonly number[])[]> = { healthy: [], troubled: [] };
  for (let round = 0; round < rounds * 2; round++) {
    // Healthy, troubled, troubled, healthy: what drifts hits both alike.
    const period = round % 4 === 0 || round % 4 === 3 ? "healthy" : "troubled";
    await sink.ask({ trouble: period === "troubled" ? TROUBLED : {} });
    // The first part of a period is the last one's end.
    await publishUntil(after(SETTLE_MS), host, load);
    await sink.ask({ take: true });
    await publishUntil(after(seconds * 1000), host, load);
    const { samples } = await sink.ask({ take: true });
    latencies[period].push(samples);
    const found = `p50 ${round2(quantile(samples, 0.5))}, p99 ${round2(quantile(samples, 0.99))} ms`;
    process.stderr.write(`› ${period}: ${samples.length} events, ${found}\n`);
  }
  const middle = (period: Period) => median(latencies[period].map((samples) => quantile(samples, 0.99)));
  const all = (period: Period) => round2(quantile(latencies[period].flat(), 0.99));
  const found = {
    orgs,
    rate,
    medianP99Ms: { healthy: round2(middle("healthy")), troubled: round2(middle("troubled")) },
    changePercent: round2((middle("troubled") / middle("healthy") - 1) * 100),
    p99OfAllMs: { healthy: all("healthy"), troubled: all("troubled") },
  };
  process.stdout.write(`${JSON.stringify(found)}\n`);
  await host.stop({ deadlineMs: 0 });
  sink.close();
}
