// The process that sequence-kills.ts kills: a host with a disk queue and one numbered destination, whose SIEM says on
// stdout what it stores, each line before its answer. Lines: `s NUMBER UID`; `ready`.
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { silentLogger } from "@arbitex/core";
import type { Destination } from "@arbitex/core/host";
import { createHost, openDiskQueueStore, systemClock } from "@arbitex/core/host";
import { defineConnector } from "../../../packages/core/dist/connector/connector.js";
import { ndjson } from "../../../packages/core/dist/connector/framing.js";
import { createChance } from "../schedule/seeded.ts";

const eventSchema = z.object({ metadata: z.object({ uid: z.string(), sequence: z.number() }) });
const [folder = "", firstId = "", seed = "", mode = ""] = process.argv.slice(2);
const chance = createChance(Number(seed));
const isCalm = mode === "last";
let next = Number(firstId);

const queueStore = await openDiskQueueStore({
  path: `${folder}/queue`,
  clock: systemClock,
  logger: silentLogger,
  segmentBytes: 64 * 1024,
  memoryBytes: 256 * 1024,
});
const host = await createHost({ destinations: [destination()], queueStore, deadLetterPath: `${folder}/dead-letters` });
writeSync(1, "ready\n");
const stopping = new AbortController();
process.on("SIGTERM", () => stopping.abort());
if (isCalm) {
  await host.settled();
  await host.remove("soc", { leftover: "deliver" });
} else await publishUntilStopped();
await host.stop({ deadlineMs: isCalm ? 5000 : 50 });

async function publishUntilStopped(): Promise<void> {
  for (let round = 0; !stopping.signal.aborted; round++) {
    await host.publish(Array.from({ length: chance.integer(1, 40) }, () => eventOf(next++)));
    if (round % 10 === 9) await host.replace(destination());
    await sleep(chance.integer(0, 5));
  }
}

function eventOf(number: number) {
  const uid = `${firstId}-${number}`;
  return { class_uid: 6003, severity_id: 1 + chance.integer(0, 2), time: Date.now(), metadata: { uid } };
}

function destination(): Destination {
  return {
    id: "soc",
    config: {},
    filter: { minSeverityId: isCalm ? 0 : chance.integer(0, 2) },
    delivery: {
      batchSize: 20,
      flushIntervalMs: 0,
      maxRetries: 1,
      onExhausted: "dead-letter",
      concurrency: 3,
      integrity: { checkpointsMs: 20 },
    },
    connector: defineConnector({
      type: "memory",
      displayName: "Memory",
      guarantee: "accepted",
      configSchema: z.strictObject({}),
      limits: { maxBatchBytes: 1_000_000 },
      framing: ndjson,
      open: () => ({
        encode: (record) => record.json,
        async send({ records }) {
          if (!isCalm && chance.isLucky(0.3)) await sleep(chance.integer(0, 10));
          // Alone, some are refused again, and become dead letters.
          if (!isCalm && chance.isLucky(records.length === 1 ? 0.5 : 0.1)) return { kind: "rejected", reason: "400" };
          const lines = records.map(({ json }) => {
            const { metadata } = eventSchema.parse(JSON.parse(json));
            return `s ${metadata.sequence} ${metadata.uid}\n`;
          });
          writeSync(1, lines.join(""));
          // It has the events, and its answer is lost.
          if (!isCalm && chance.isLucky(0.1)) return { kind: "retry", reason: "reset", ambiguous: true };
          return { kind: "accepted" };
        },
      }),
    }),
  };
}
