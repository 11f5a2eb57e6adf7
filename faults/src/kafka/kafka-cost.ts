import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BIN } from "../root.ts";
import { freePorts } from "./free-ports.ts";
import { startKafka } from "./kafka-cluster.ts";
import { node24 } from "./node-24.ts";
import { startPostgres } from "./postgres.ts";
import { startReceiver } from "./receiver.ts";
import { createNode } from "./siem-node.ts";
import type { SiemNode } from "./siem-node.ts";
import { until } from "./until.ts";

export interface KafkaCostOptions {
  readonly rounds: number;
  /** Servers on the topic; the disk queue has one. */
  readonly nodes: number;
  readonly events: number;
  readonly say: (text: string) => void;
}

const BATCH = 100;
const ORGANISATIONS = 50;
const CONNECTIONS = 8;
const WARM_UP = 30_000;
const WAIT_MS = 200_000;
/** Clock ticks of Linux in a second, as `/proc` counts. */
const TICKS = 100;
const PADDING = "x".repeat(1000);

/** Measures what an event costs that servers accept and deliver: on a topic of one broker, and with the disk queue, in turns. */
export async function kafkaCost({ rounds, nodes, events, say }: KafkaCostOptions): Promise<number> {
  const node = await node24();
  const folder = await mkdtemp(join(tmpdir(), "kafka-cost-"));
  const kafka = await startKafka({ size: 1 });
  const postgres = await startPostgres();
  const siem = await startReceiver();
  const configPath = join(folder, "siem.config.json");
  const delivery = { batch_size: 500, compression: "none" };
  const soc = { id: "soc", type: "splunk_hec", config: { url: siem.url, token: "t" }, delivery };
  await writeFile(configPath, JSON.stringify({ environment: false, destinations: [soc] }));
  const settings = { "retention.ms": String(5 * 86_400_000), "max.message.bytes": "4000000" };
  await kafka.createTopic({ name: "siem-events", partitions: 24, replicas: 1, settings });
  const url = postgres.createDatabase();
  const shared = { SIEM_QUEUE: "kafka", SIEM_KAFKA_BROKERS: kafka.addressesFor(0).join(","), DATABASE_URL: url };
  const migrating = { PATH: process.env["PATH"], DATABASE_URL: url };
  execFileSync(node, [BIN, "db", "migrate"], { env: migrating, stdio: "pipe" });
  let posted = 0;

  /** CPU seconds of a million events. */
  async function costOf(store: "disk" | "kafka", round: number): Promise<number> {
    const ports = await freePorts(store === "disk" ? 1 : nodes);
    const own = { SIEM_QUEUE: "disk", SIEM_QUEUE_PATH: join(folder, `queue-${round}`) };
    const servers = ports.map((port, at) => {
      const logPath = join(folder, `${store}-${at}.log`);
      const environment = { ...(store === "disk" ? own : shared), SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters") };
      return createNode({ name: `${store} ${at + 1}`, node, configPath, port, logPath, environment });
    });
    for (const server of servers) server.start();
    for (const server of servers) await until(server.name, WAIT_MS, () => server.isReady());
    await deliver(servers, WARM_UP);
    const before = await cpuSeconds(servers);
    await deliver(servers, events);
    const spent = (await cpuSeconds(servers)) - before;
    await Promise.all(servers.map((server) => server.kill("SIGTERM")));
    return (spent / events) * 1_000_000;
  }

  async function deliver(servers: readonly SiemNode[], count: number): Promise<void> {
    const end = posted + count;
    const post = async () => {
      while (posted < end) {
        const from = posted;
        posted += BATCH;
        const server = servers[(from / BATCH) % servers.length];
        const body = bodyOf(from);
        await until("a post is accepted", WAIT_MS, async () => isTaken(server?.origin ?? "", body));
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, post));
    await until("everything is delivered", WAIT_MS, () => siem.seen.size >= end);
  }

  const costs = { disk: Number.POSITIVE_INFINITY, kafka: Number.POSITIVE_INFINITY };
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const store of ["disk", "kafka"] as const) {
        const cost = await costOf(store, round);
        costs[store] = Math.min(costs[store], cost);
        say(`round ${round}, ${store}: ${cost.toFixed(1)} CPU s per million events`);
      }
    }
  } finally {
    await siem.close();
    await postgres.remove();
    await kafka.remove();
    await rm(folder, { recursive: true, force: true });
  }
  const { disk, kafka: shown } = costs;
  say(
    `least: disk ${disk.toFixed(1)}, ${nodes} on Kafka ${shown.toFixed(1)}, ${(shown / disk).toFixed(2)} times as much`,
  );
  return 0;
}

function bodyOf(from: number): string {
  const org = (from / BATCH) % ORGANISATIONS;
  const event = (number: number) => ({
    class_uid: 6003,
    time: 1_741_824_000_123,
    severity_id: 1,
    metadata: { uid: `o${org}-${number}` },
    actor: { org: { uid: `org-${org}` } },
    message: PADDING,
  });
  return Array.from({ length: BATCH }, (_, at) => JSON.stringify(event(from + at))).join("\n");
}

async function isTaken(origin: string, body: string): Promise<boolean> {
  const headers = { "content-type": "application/x-ndjson" };
  const answer = await fetch(`${origin}/v1/events`, { method: "POST", headers, body });
  await answer.arrayBuffer();
  return answer.status === 202;
}

async function cpuSeconds(servers: readonly SiemNode[]): Promise<number> {
  let ticks = 0;
  for (const { pid } of servers) {
    if (pid === undefined) throw new Error("a server has ended");
    // The name before it may hold spaces; user and system time are the 14th and 15th field.
    const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ").at(-1)?.split(" ") ?? [];
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / TICKS;
}
