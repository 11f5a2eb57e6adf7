import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BIN } from "../root.ts";
import { freePorts } from "./free-ports.ts";
import type { KafkaCluster } from "./kafka-cluster.ts";
import { startKafka } from "./kafka-cluster.ts";
import { node24 } from "./node-24.ts";
import type { Postgres } from "./postgres.ts";
import { startPostgres } from "./postgres.ts";
import type { Receiver } from "./receiver.ts";
import { startReceiver } from "./receiver.ts";
import type { SiemNode } from "./siem-node.ts";
import { createNode } from "./siem-node.ts";
import { until } from "./until.ts";
import type { Wires } from "./wires.ts";
import { layWires } from "./wires.ts";

/** Servers on one topic, the cluster and the database behind them, and two SIEMs. */
export interface KafkaWorld {
  readonly cluster: KafkaCluster;
  readonly wires: Wires;
  readonly nodes: readonly SiemNode[];
  /** Takes events in any order. */
  readonly plain: Receiver;
  /** Its destination is ordered. */
  readonly ordered: Receiver;
  readonly folder: string;
  /** Runs a statement in the servers' database. */
  readonly sql: (statement: string) => string;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly brokers: number;
  readonly nodes: number;
  readonly partitions: number;
}

const TOPIC = "siem-events";

export async function openKafkaWorld({ brokers, nodes: size, partitions }: WorldOptions): Promise<KafkaWorld> {
  const node = await node24();
  const folder = await mkdtemp(join(tmpdir(), "kafka-world-"));
  const opened: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  async function close(): Promise<void> {
    for (let one = opened.pop(); one !== undefined; one = opened.pop()) await one();
  }
  try {
    let wires: Wires | undefined;
    const cluster = await startKafka({
      size: brokers,
      clients: size,
      async advertised(ports) {
        wires = await layWires(ports);
        return wires.ports;
      },
    });
    opened.push(() => cluster.remove());
    if (wires === undefined) throw new Error("no wires were laid");
    const laid: Wires = wires;
    opened.push(() => laid.close());
    const replicas = Math.min(3, brokers);
    await cluster.createTopic({
      name: TOPIC,
      partitions,
      replicas,
      settings: {
        "min.insync.replicas": String(Math.min(2, replicas)),
        "retention.ms": String(5 * 86_400_000),
        "max.message.bytes": "4000000",
      },
    });
    const postgres: Postgres = await startPostgres();
    opened.push(() => postgres.remove());
    const url = postgres.createDatabase();
    const plain = await startReceiver();
    opened.push(() => plain.close());
    const ordered = await startReceiver();
    opened.push(() => ordered.close());

    const configPath = join(folder, "siem.config.json");
    const delivery = { flush_interval: 0.05 };
    const destinations = [
      { id: "plain", type: "splunk_hec", config: { url: plain.url, token: "t" }, delivery },
      {
        id: "ordered",
        type: "splunk_hec",
        config: { url: ordered.url, token: "t" },
        delivery: { ...delivery, ordered: true },
      },
    ];
    await writeFile(configPath, JSON.stringify({ environment: false, destinations }));
    const ports = await freePorts(size);
    const nodes = ports.map((port, at) => {
      const name = `node ${at + 1}`;
      return createNode({
        name,
        node,
        configPath,
        port,
        logPath: join(folder, `node-${at + 1}.log`),
        environment: {
          SIEM_QUEUE: "kafka",
          SIEM_KAFKA_BROKERS: cluster.addressesFor(at).join(","),
          DATABASE_URL: url,
          FERNET_KEY: "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
          LOG_LEVEL: "debug",
        },
      });
    });
    opened.push(async () => {
      await Promise.all(nodes.map((one) => one.kill("SIGKILL")));
    });
    const migrating = { PATH: process.env["PATH"], DATABASE_URL: url };
    execFileSync(node, [BIN, "db", "migrate"], { env: migrating, stdio: ["ignore", "ignore", "inherit"] });
    for (const one of nodes) one.start();
    for (const one of nodes) await until(one.name, 120_000, () => one.isReady());
    return {
      cluster,
      wires: laid,
      nodes,
      plain,
      ordered,
      folder,
      sql: (statement) => postgres.sql(url, statement),
      close,
    };
  } catch (error) {
    const log = await readFile(join(folder, "node-1.log"), "utf8").catch(() => "");
    await close();
    throw new Error(`The servers did not start. The first one said:\n${log.slice(-3000)}`, { cause: error });
  }
}
