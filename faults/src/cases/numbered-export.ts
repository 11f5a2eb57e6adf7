// What two SIEMs of one host have after some failures, with numbers, and the ledger of checkpoints.
import { z } from "zod";
import { defineConnector, ndjson } from "@arbitex/core";
import type { Destination, PublishedKey } from "@arbitex/core/host";
import { createHost } from "@arbitex/core/host";
import {
  newStoredKey,
  publishedKeys,
  signerOf,
} from "../../../packages/core/dist/delivery/transmit/stream/signing-keys.js";
import type { Chance } from "../schedule/seeded.ts";

export interface NumberedExport {
  /** Events as text, one of each. */
  readonly lines: readonly string[];
  readonly ledger: readonly unknown[];
  readonly keys: readonly PublishedKey[];
}

const EVENTS = 300;

/** Publishes events while the SIEMs refuse some and answer late, and ends both streams. */
export async function createNumberedExport(chance: Chance): Promise<NumberedExport> {
  const stored = new Set<string>();
  const deadLetters: string[] = [];
  const key = newStoredKey(0);
  const host = await createHost({
    destinations: ["soc-a", "soc-b"].map((id) => destinationOf(id, stored, chance)),
    openSigner: async () => signerOf(key),
    openDeadLetters: () => ({
      append: async (letters) => void deadLetters.push(...letters.map(({ record }) => record.json)),
      async close() {},
    }),
  });
  for (let from = 0; from < EVENTS; from += 25) {
    await host.publish(Array.from({ length: 25 }, (_, index) => eventOf(from + index, chance)));
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await host.settled();
  const ledger: unknown[] = [];
  for (const id of ["soc-a", "soc-b"]) {
    await host.remove(id, { leftover: "deliver" });
  }
  await host.stop();
  // The ledger has what the servers made, also checkpoints that the SIEM refused.
  for (const line of [...stored, ...deadLetters]) if (line.includes('"signatures"')) ledger.push(JSON.parse(line));
  return { lines: [...stored], ledger, keys: publishedKeys([key]) };
}

function eventOf(number: number, chance: Chance) {
  return {
    class_uid: 6003,
    severity_id: 1 + chance.integer(0, 2),
    time: 1_790_000_000_000 + number,
    metadata: { uid: `e${number}`, version: "1.1.0" },
    message: "é".repeat(chance.integer(0, 40)),
    api: { operation: `op-${number % 7}` },
  };
}

function destinationOf(id: string, stored: Set<string>, chance: Chance): Destination {
  const connector = defineConnector({
    type: "memory",
    displayName: "Memory",
    guarantee: "accepted",
    configSchema: z.strictObject({}),
    limits: { maxBatchBytes: 1_000_000 },
    framing: ndjson,
    open: () => ({
      encode: (record) => record.json,
      async send({ records }) {
        // An export without its last checkpoint is not whole.
        const isLast = records.some(({ json }) => json.includes('"is_final":true'));
        const isRefused = chance.isLucky(records.length === 1 ? 0.3 : 0.1);
        if (isRefused && !isLast) return { kind: "rejected", reason: "400" };
        for (const { json } of records) stored.add(json);
        return { kind: "accepted" };
      },
    }),
  });
  return {
    id,
    connector,
    config: {},
    delivery: { batchSize: 10, flushIntervalMs: 0, maxRetries: 0, integrity: { checkpointsMs: 10 } },
  };
}
