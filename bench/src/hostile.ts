// What a hundred destinations of one organisation, at servers that mean harm, cost everybody else: memory of the process, delay of
// its loop, and the time that an event of another organisation takes.
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Destination } from "@arbitex/core/host";
import { createHost } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { answerOf } from "./child.ts";

import type { HostileKind } from "./hostile-process.ts";
import { hostileKinds } from "./hostile-process.ts";
import { connectors } from "./senders/connectors.ts";

const HOSTILE = 100;
const OTHERS = 5;
const WARM_UP_MS = 3000;
const MEASURED_MS = 20_000;
const EVERY_MS = 50;
const WAITING = 200;
const MAX_GROWTH_MB = 100;
const MAX_DELAY_MS = 20;

// The good server has a process of its own: what its answers wait for is ours alone.
const servers = [0, 1].map(() => fork(join(import.meta.dirname, "hostile-process.js")));
const [bad, good] = await Promise.all(servers.map((child) => answerOf<Ports>(child)));
if (bad === undefined || good === undefined) throw new Error("the servers have no ports");
const ports: Ports = { ...bad, good: good.good };
const folder = await mkdtemp(join(tmpdir(), "hostile-"));

const alone = await measured(0);
const beset = await measured(HOSTILE);
for (const child of servers) child.disconnect();
await rm(folder, { recursive: true });

const growth = beset.peakMb - alone.peakMb;
const lines = [
  line("alone", alone),
  line(`beside ${HOSTILE} hostile destinations of one organisation`, beset),
  `growth ${growth.toFixed(0)} MB (at most ${MAX_GROWTH_MB}), p99 of the loop's delay ${beset.delayMs.toFixed(1)} ms (at most ${MAX_DELAY_MS})`,
  `what the hostile ones got: ${beset.reasons.join("; ")}`,
];
process.stdout.write(`${lines.join("\n")}\n`);
process.exit(growth < MAX_GROWTH_MB && beset.delayMs < MAX_DELAY_MS ? 0 : 1);

type Ports = Readonly<Record<HostileKind | "good", number>>;

interface Measured {
  readonly peakMb: number;
  readonly delayMs: number;
  readonly latencyMs: number;
  readonly delivered: number;
  readonly reasons: readonly string[];
}

function line(what: string, { peakMb, delayMs, latencyMs, delivered }: Measured): string {
  return `${what}: ${peakMb.toFixed(0)} MB at the most, p99 of the loop's delay ${delayMs.toFixed(1)} ms, p99 until delivered ${latencyMs.toFixed(0)} ms, ${delivered} events`;
}

async function measured(hostile: number): Promise<Measured> {
  const kinds = Array.from({ length: hostile }, (_, index) => hostileKinds[index % hostileKinds.length] ?? "endless");
  const host = await createHost({
    deadLetterPath: folder,
    egress: { allow: ["127.0.0.0/8"], plainHttp: true },
    destinations: [
      ...kinds.map((kind, index) => destination(`hostile-${index}`, "bad", ports[kind])),
      ...Array.from({ length: OTHERS }, (_, index) => destination(`good-${index}`, `org-${index}`, ports.good)),
    ],
  });
  const generator = createEventGenerator({ seed: 1, startTime: Date.now() });
  const next = (orgId: string) => ({ ...generator.next(), actor: { org: { uid: orgId } } });
  const isDone = (index: number, want: number) => host.statusOf(`good-${index}`)?.counts.delivered === want;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const latencies: number[] = [];
  let peak = 0;
  let sent = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < WARM_UP_MS + MEASURED_MS) {
    const isWarm = performance.now() - startedAt >= WARM_UP_MS;
    if (isWarm && latencies.length === 0) delay.enable();
    // Enough that each of them always has something to send.
    const waiting = host.statusOf("hostile-0")?.queued ?? WAITING;
    if (waiting < WAITING) await host.publish(Array.from({ length: 20 }, () => next("bad")));
    const at = performance.now();
    sent++;
    for (let index = 0; index < OTHERS; index++) await host.publish([next(`org-${index}`)]);
    while (!Array.from({ length: OTHERS }, (_, index) => isDone(index, sent)).every(Boolean)) await sleep(1);
    if (isWarm) latencies.push(performance.now() - at);
    peak = Math.max(peak, process.memoryUsage.rss());
    await sleep(EVERY_MS);
  }
  delay.disable();
  const reasons = hostileKinds.map((kind, index) => {
    const status = host.statusOf(`hostile-${index}`);
    return `${kind}: ${status?.lastError ?? "nothing yet"}`;
  });
  await host.stop({ deadlineMs: 0 });
  latencies.sort((a, b) => a - b);
  return {
    peakMb: peak / 1e6,
    delayMs: delay.percentile(99) / 1e6,
    latencyMs: latencies[Math.floor(latencies.length * 0.99)] ?? 0,
    delivered: sent * OTHERS,
    reasons: hostile === 0 ? [] : reasons,
  };
}

function destination(id: string, orgId: string, port: number): Destination {
  const connector = connectors.splunk_hec;
  const url = `http://127.0.0.1:${port}`;
  const config: unknown = connector.configSchema.parse({ url, token: "5a1b0000-0000-4000-8000-000000000001" });
  return {
    id,
    orgId,
    connector,
    config,
    delivery: { batchSize: 10, concurrency: 4, flushIntervalMs: 0, maxBackoffMs: 50, onExhausted: "hold" },
  };
}
