import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../../faults/src/kafka/free-ports.ts";
import type { ClusterOptions, KafkaCluster } from "../../faults/src/kafka/kafka-cluster.ts";
import { startKafka } from "../../faults/src/kafka/kafka-cluster.ts";
import { node24 } from "../../faults/src/kafka/node-24.ts";
import type { Receiver } from "../../faults/src/kafka/receiver.ts";
import { startReceiver } from "../../faults/src/kafka/receiver.ts";
import { startPostgres } from "../../faults/src/kafka/postgres.ts";
import type { SiemNode } from "../../faults/src/kafka/siem-node.ts";
import { createNode } from "../../faults/src/kafka/siem-node.ts";
import { BIN } from "../../faults/src/root.ts";
import { until } from "./until.ts";

/** Real servers that share a topic of a real cluster and a real PostgreSQL. */
export interface KafkaServers {
  readonly kafka: KafkaCluster;
  readonly siem: Receiver;
  readonly servers: readonly SiemNode[];
  readonly databaseUrl: string;
  sql(statement: string): string;
  /** Writes another configuration, for the next start. */
  configure(config: (siem: Receiver) => Readonly<Record<string, unknown>>): Promise<void>;
  /** Starts all servers. Resolves once each accepts events. */
  start(): Promise<void>;
  /** Posts events of an organisation to the first server. Throws unless they are accepted. */
  post(orgUid: string, uids: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface KafkaServersOptions {
  readonly cluster: ClusterOptions;
  readonly partitions: number;
  readonly servers?: number;
  /** Configuration of every server, given a SIEM. */
  readonly config: (siem: Receiver) => Readonly<Record<string, unknown>>;
}

/** A key of nobody. */
export const FERNET_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
export const TOPIC = "siem-events";
export const START_MS = 300_000;
export const WAIT = { limitMs: 120_000 };

export async function openKafkaServers(options: KafkaServersOptions): Promise<KafkaServers> {
  const folder = await mkdtemp(join(tmpdir(), "kafka-servers-"));
  const [kafka, postgres, siem] = await Promise.all([startKafka(options.cluster), startPostgres(), startReceiver()]);
  const settings = { "retention.ms": String(5 * 86_400_000), "max.message.bytes": "4000000" };
  await kafka.createTopic({ name: TOPIC, partitions: options.partitions, replicas: 1, settings });
  const configPath = join(folder, "siem.config.json");
  const configure: KafkaServers["configure"] = (config) =>
    writeFile(configPath, JSON.stringify({ environment: false, ...config(siem) }));
  await configure(options.config);
  const node = await node24();
  const databaseUrl = postgres.createDatabase();
  execFileSync(node, [BIN, "db", "migrate"], {
    env: { PATH: process.env["PATH"], DATABASE_URL: databaseUrl },
    stdio: "pipe",
  });
  const environment = {
    SIEM_QUEUE: "kafka",
    SIEM_KAFKA_BROKERS: kafka.addressesFor(0).join(","),
    DATABASE_URL: databaseUrl,
    FERNET_KEY,
    SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
  };
  const servers = (await freePorts(options.servers ?? 1)).map((port, at) =>
    createNode({ name: `server ${at + 1}`, node, configPath, port, logPath: join(folder, `${at}.log`), environment }),
  );
  return {
    kafka,
    siem,
    servers,
    databaseUrl,
    configure,
    sql: (statement) => postgres.sql(databaseUrl, statement),
    async start() {
      for (const server of servers) server.start();
      for (const server of servers) {
        await until(() => server.isReady(), { what: `${server.name} is ready`, limitMs: START_MS });
      }
    },
    async post(orgUid, uids) {
      const events = uids.map((uid) => {
        return { class_uid: 6003, time: 1_741_824_000_123, metadata: { uid }, actor: { org: { uid: orgUid } } };
      });
      const body = events.map((event) => JSON.stringify(event)).join("\n");
      const headers = { "content-type": "application/x-ndjson" };
      const answer = await fetch(`${servers[0]?.origin}/v1/events`, { method: "POST", headers, body });
      const text = await answer.text();
      if (answer.status !== 202) throw new Error(`${answer.status}: ${text}`);
    },
    async close() {
      await Promise.all(servers.map((server) => server.kill("SIGKILL")));
      await siem.close();
      await postgres.remove();
      await kafka.remove();
      await rm(folder, { recursive: true });
    },
  };
}
