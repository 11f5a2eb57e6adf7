import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@arbitex/core";
import { createEventRecord, inspectQueueFolder, openDiskQueueStore, systemClock } from "@arbitex/core/host";
import type { DiskQueueStore } from "@arbitex/core/host";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { KafkaCluster } from "../../faults/src/kafka/kafka-cluster.ts";
import { startKafka } from "../../faults/src/kafka/kafka-cluster.ts";
import { node24 } from "../../faults/src/kafka/node-24.ts";
import type { Postgres } from "../../faults/src/kafka/postgres.ts";
import { startPostgres } from "../../faults/src/kafka/postgres.ts";
import { BIN } from "../../faults/src/root.ts";

const START_MS = 300_000;
const QUEUED = { soc: 30_000, archive: 7_000 };

let folder: string;
let kafka: KafkaCluster;
let postgres: Postgres;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kafka-move-"));
  kafka = await startKafka({ size: 1 });
  postgres = await startPostgres();
  const settings = {
    "retention.ms": String(5 * 86_400_000),
    "max.message.bytes": "4000000",
    "compression.type": "zstd",
  };
  await kafka.createTopic({ name: "siem-events", partitions: 6, replicas: 1, settings });
  environment = {
    PATH: process.env["PATH"] ?? "",
    SIEM_QUEUE: "kafka",
    SIEM_QUEUE_PATH: join(folder, "queue"),
    SIEM_KAFKA_BROKERS: kafka.addressesFor(0).join(","),
    DATABASE_URL: postgres.createDatabase(),
  };
  await writeFile(join(folder, "siem.config.json"), JSON.stringify({ environment: false, destinations: [] }));
  const { exitCode, output } = await command(["db", "migrate"]);
  if (exitCode !== 0) throw new Error(output);
}, START_MS);

afterAll(async () => {
  await kafka.remove();
  await postgres.remove();
  await rm(folder, { recursive: true });
}, START_MS);

/** Runs a command in the Node that the queue on Kafka needs. Kills it once `isTimeToKill` is true. */
async function command(words: readonly string[], isTimeToKill = async () => false) {
  const child = spawn(await node24(), [BIN, ...words], { cwd: folder, env: environment });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
  const closed = once(child, "close");
  while (child.exitCode === null && child.signalCode === null) {
    if (await isTimeToKill()) child.kill("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await closed;
  return { exitCode: child.exitCode, output };
}

/** Moves all, by a command that is killed whenever it has moved some thousands more. */
async function moveWithKills(to: "kafka" | "disk") {
  for (let kill = 0; kill < 3; kill++) {
    const before = await sumOnDisk();
    await command(["queue", "move", "--to", to], async () => Math.abs((await sumOnDisk()) - before) > 3000);
  }
  expect(await command(["queue", "move", "--to", to])).toMatchObject({ exitCode: 0 });
}

async function sumOnDisk(): Promise<number> {
  return Object.values(await onDisk()).reduce((sum, events) => sum + events, 0);
}

function openQueue(): Promise<DiskQueueStore> {
  return openDiskQueueStore({ path: join(folder, "queue"), clock: systemClock, logger: silentLogger });
}

async function onDisk(): Promise<Readonly<Record<string, number>>> {
  const { destinations } = await inspectQueueFolder(join(folder, "queue"));
  return Object.fromEntries(destinations.map(({ destinationId, events }) => [destinationId, events]));
}

function idsOf(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}

it("moves from disk to Kafka and back without a loss, however often it is killed", { timeout: START_MS }, async () => {
  const filled = await openQueue();
  for (const [name, count] of Object.entries(QUEUED)) {
    const queue = await filled.open(name);
    const records = idsOf(name, count).map((uid, index) =>
      createEventRecord({
        class_uid: 6003,
        time: 1,
        metadata: { uid, tenant_uid: `org-${index % 20}` },
        message: "x".repeat(400),
      }),
    );
    for (let at = 0; at < count; at += 500) {
      await filled.append([{ records: records.slice(at, at + 500), queues: [queue] }]);
    }
  }
  await filled.close();

  await moveWithKills("kafka");
  expect(await onDisk()).toEqual({});
  await moveWithKills("disk");

  const emptied = await openQueue();
  for (const [name, count] of Object.entries(QUEUED)) {
    const queue = await emptied.open(name);
    const found = new Set<string>();
    while (queue.waiting > 0) {
      const records = queue.take(1000);
      if (records.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      for (const { id } of records) found.add(id);
      queue.ack(records, "delivered");
    }
    expect([...found].toSorted()).toEqual(idsOf(name, count).toSorted());
  }
  await emptied.close();
});

it("says what it did, and that nothing is left", { timeout: START_MS }, async () => {
  const { output } = await command(["queue", "move", "--to", "kafka"]);
  expect(output).toContain("Nothing was queued.");
  expect(await command(["queue", "move"])).toMatchObject({
    exitCode: 2,
    output: expect.stringContaining("--to kafka"),
  });
});
