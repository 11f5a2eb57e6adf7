import { z } from "zod";
import type { CheckReport } from "../src/connector/check-report.ts";
import { defineConnector } from "../src/connector/connector.ts";
import { ndjson } from "../src/connector/framing.ts";
import type { SendResult } from "../src/connector/send-result.ts";
import { totalOf } from "../src/delivery/queue/delivery-counts.ts";
import type { Destination, DestinationStatus } from "../src/host/config/destination.ts";

/** A SIEM in memory, and the destination that leads to it. */
export interface Receiver {
  readonly destination: Destination;
  /** Ids of the events of every batch that was accepted. */
  readonly received: string[];
  /** Times its sink was opened and closed. */
  opened: number;
  closed: number;
  answer: (ids: string[], signal: AbortSignal) => SendResult | Promise<SendResult>;
  /** What opening it does; nothing by default. */
  onOpen: () => void | Promise<void>;
  check: () => Promise<CheckReport>;
}

export function createReceiver(
  id: string,
  options: Omit<Partial<Destination>, "id" | "connector" | "config"> = {},
): Receiver {
  const self: Receiver = {
    received: [],
    opened: 0,
    closed: 0,
    answer: () => ({ kind: "accepted" }),
    onOpen: () => {},
    check: async () => ({ steps: [{ name: "connect", status: "passed", detail: id }] }),
    destination: {
      id,
      config: {},
      ...options,
      delivery: { batchSize: 10, flushIntervalMs: 0, ...options.delivery },
      connector: defineConnector({
        type: "test",
        displayName: "Test",
        guarantee: "accepted",
        configSchema: z.strictObject({}),
        limits: { maxBatchBytes: 100_000 },
        framing: ndjson,
        async open() {
          await self.onOpen();
          self.opened++;
          return {
            encode: (record) => record.json,
            async send(batch, signal) {
              const ids = batch.records.map((record) => record.id);
              const result = await self.answer(ids, signal);
              if (result.kind === "accepted") self.received.push(...ids);
              return result;
            },
            check: () => self.check(),
            async close() {
              self.closed++;
            },
          };
        },
      }),
    },
  };
  return self;
}

export function eventFor(uid: string, orgId?: string) {
  const actor = orgId === undefined ? {} : { actor: { org: { uid: orgId } } };
  return { class_uid: 6003, time: 1, severity_id: 1, metadata: { uid }, ...actor };
}

export function eventsFor(count: number, prefix = "e", orgId?: string) {
  return Array.from({ length: count }, (_, index) => eventFor(`${prefix}${index}`, orgId));
}

/** Throws when a destination's account does not add up. */
export function assertAddsUp({ id, counts, queued }: DestinationStatus): void {
  const { accepted, delivered, filtered, unreadable, deadLettered } = counts;
  const settled = delivered + filtered + unreadable + totalOf(deadLettered);
  if (accepted !== settled + queued) {
    throw new Error(`${id}: ${accepted} accepted, ${settled} settled, ${queued} queued: ${JSON.stringify(counts)}`);
  }
}
