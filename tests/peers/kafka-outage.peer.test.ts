import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePorts } from "../../faults/src/kafka/free-ports.ts";
import type { KafkaCluster } from "../../faults/src/kafka/kafka-cluster.ts";
import { startKafka } from "../../faults/src/kafka/kafka-cluster.ts";
import { node24 } from "../../faults/src/kafka/node-24.ts";
import type { Postgres } from "../../faults/src/kafka/postgres.ts";
import { startPostgres } from "../../faults/src/kafka/postgres.ts";
import type { Receiver } from "../../faults/src/kafka/receiver.ts";
import { startReceiver } from "../../faults/src/kafka/receiver.ts";
import type { SiemNode } from "../../faults/src/kafka/siem-node.ts";
import { createNode } from "../../faults/src/kafka/siem-node.ts";
import { BIN } from "../../faults/src/root.ts";
import { until } from "./until.ts";

const START_MS = 300_000;
const WAIT_MS = 120_000;

let folder: string;
let kafka: KafkaCluster;
let postgres: Postgres;
let siem: Receiver;
let server: SiemNode;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kafka-outage-"));
  kafka = await startKafka({ size: 1 });
  postgres = await startPostgres();
  siem = await startReceiver();
  const settings = { "retention.ms": String(5 * 86_400_000), "max.message.bytes": "4000000" };
  await kafka.createTopic({ name: "siem-events", partitions: 2, replicas: 1, settings });
  const configPath = join(folder, "siem.config.json");
  const soc = { id: "soc", type: "splunk_hec", config: { url: siem.url, token: "t" } };
  await writeFile(configPath, JSON.stringify({ environment: false, destinations: [soc] }));
  const node = await node24();
  const [port = 0] = await freePorts(1);
  const environment = {
    SIEM_QUEUE: "kafka",
    SIEM_KAFKA_BROKERS: kafka.addressesFor(0).join(","),
    DATABASE_URL: postgres.createDatabase(),
    SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
  };
  const migrating = { PATH: process.env["PATH"], DATABASE_URL: environment.DATABASE_URL };
  execFileSync(node, [BIN, "db", "migrate"], { env: migrating, stdio: "pipe" });
  server = createNode({ name: "server", node, configPath, port, logPath: join(folder, "log"), environment });
  server.start();
  await until(() => server.isReady(), { what: "the server is ready", limitMs: WAIT_MS });
}, START_MS);

afterAll(async () => {
  await server.kill("SIGKILL");
  await siem.close();
  await postgres.remove();
  await kafka.remove();
  await rm(folder, { recursive: true });
}, START_MS);

async function post(uid: string) {
  const body = JSON.stringify({ class_uid: 6003, time: 1, metadata: { uid } });
  const headers = { "content-type": "application/x-ndjson" };
  const answer = await fetch(`${server.origin}/v1/events`, { method: "POST", headers, body });
  return { status: answer.status, retryAfter: answer.headers.get("retry-after"), text: await answer.text() };
}

it("accepts nothing while the cluster takes nothing, says so, and goes on after that", {
  timeout: START_MS,
}, async () => {
  expect((await post("o1-1")).status).toBe(202);
  await kafka.brokers[0]?.kill("SIGSTOP");
  const refused = await post("o1-2");
  expect(refused).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
  expect(refused.text).toContain("Kafka did not take the events");
  await until(async () => !(await server.isReady()), { what: "the server is not ready", limitMs: WAIT_MS });

  await kafka.brokers[0]?.kill("SIGCONT");
  await until(() => server.isReady(), { what: "the server is ready again", limitMs: WAIT_MS });
  expect((await post("o1-3")).status).toBe(202);
  await until(() => siem.seen.has("o1-1") && siem.seen.has("o1-3"), {
    what: "what was accepted is delivered",
    limitMs: WAIT_MS,
  });
});
