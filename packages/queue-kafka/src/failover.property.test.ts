import type { AcceptedEvent } from "@arbitex/core/host";
import { noTotals } from "@arbitex/core/host";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { KafkaQueue } from "./kafka-queue.ts";
import { offsetOf } from "./position.ts";
import { createModelPartition, idsOf, takeOver } from "../test/model-partition.ts";

type Step =
  | { readonly kind: "write"; readonly count: number; readonly isOurs: boolean }
  | { readonly kind: "read" | "take" | "ack" | "ack last" | "requeue"; readonly count: number }
  | { readonly kind: "expire"; readonly count: number; readonly isRefused: boolean }
  | { readonly kind: "catch up" | "record" | "fail over" };

const count = fc.integer({ min: 1, max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), count, isOurs: fc.boolean() }),
  fc.record({
    kind: fc.constantFrom("read" as const, "take" as const, "ack" as const, "ack last" as const, "requeue" as const),
    count,
  }),
  fc.record({ kind: fc.constant("expire" as const), count, isRefused: fc.boolean() }),
  fc.record({ kind: fc.constantFrom("catch up" as const, "record" as const, "fail over" as const) }),
);

it("delivers every event at least once, repeats only what was not recorded, and accounts for each, over any failovers", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 80, size: "max" }),
      fc.boolean(),
      fc.boolean(),
      async (steps, hasLittleMemory, isEager) => {
        const partition = createModelPartition();
        const memoryBytes = hasLittleMemory ? 1 : 1e9;
        let taken: AcceptedEvent[] = [];
        // As a pipeline does, which takes at once what it can.
        const onReady = (queue: KafkaQueue) => void (isEager && taken.push(...queue.take(7)));
        let node = takeOver(partition, "soc", { memoryBytes, onReady });
        const ours = new Set<string>();
        const delivered = new Set<string>();
        let sinceRecord = new Set<string>();
        let settledHere = 0;

        const settle = (records: readonly AcceptedEvent[]) => {
          for (const id of idsOf(records)) {
            // What was recorded as settled never comes again.
            expect(delivered.has(id) && !sinceRecord.has(id)).toBe(false);
            sinceRecord.add(id);
          }
          node.queue.ack(records, "delivered");
          settledHere += records.length;
        };
        const check = () => {
          const { accepted, moved, lost } = node.told;
          expect(accepted + moved - lost - settledHere).toBe(node.queue.size);
          expect(lost).toBe(0);
          expect(node.queue.waiting).toBe(node.queue.size - taken.length);
        };
        const record = () => {
          node.record();
          for (const id of sinceRecord) delivered.add(id);
          sinceRecord = new Set();
        };

        for (const one of steps) {
          if (one.kind === "write") {
            const ids = partition.write(one.count, one.isOurs ? ["soc", "other"] : ["other"]);
            if (one.isOurs) for (const id of ids) ours.add(id);
          } else if (one.kind === "read") node.read(one.count);
          else if (one.kind === "take") taken.push(...node.queue.take(one.count));
          else if (one.kind === "ack") settle(taken.splice(0, one.count));
          else if (one.kind === "ack last") settle(taken.splice(-one.count));
          else if (one.kind === "requeue") {
            node.queue.requeue(taken);
            taken = [];
          } else if (one.kind === "expire") {
            const before = Math.min(partition.log.length, node.owned.readTo) - one.count;
            const isTaken = new Set(idsOf(taken));
            const expired = node.expire(before, async ({ records }) => {
              expect(records.every(({ id, sequence }) => !isTaken.has(id) && offsetOf(sequence) < before)).toBe(true);
              if (one.isRefused) throw new Error("no dead letter can be written");
              settle(records);
            });
            if (one.isRefused) await expired.catch(() => undefined);
            else {
              await expired;
              // Only what was taken before may still be unsettled.
              const left = node.owned.subscriptions.get("soc")?.unsettledFrom ?? Number.POSITIVE_INFINITY;
              expect(left >= before || taken.some(({ sequence }) => offsetOf(sequence) < before)).toBe(true);
            }
          } else if (one.kind === "catch up") await node.catchUp();
          else if (one.kind === "record") record();
          else {
            await node.close();
            // What this node delivered and did not record may come again.
            for (const id of sinceRecord) delivered.delete(id);
            sinceRecord = new Set();
            taken = [];
            node = takeOver(partition, "soc", { memoryBytes, onReady });
            settledHere = 0;
          }
          check();
        }

        settle(taken.splice(0));
        node.read(partition.log.length);
        for (let round = 0; node.queue.size > 0 && round < 1000; round++) {
          await node.catchUp();
          taken.push(...node.queue.take(50));
          settle(taken.splice(0));
          check();
        }
        record();
        await node.close();
        expect(node.queue.size).toBe(0);
        expect([...ours].filter((id) => !delivered.has(id))).toEqual([]);
        expect(delivered.size).toBe(ours.size);
        const { queued = 0, totals = noTotals } = partition.cursors.get("soc") ?? {};
        expect(queued).toBe(0);
        // Whatever was delivered again, each event has one fate.
        expect(totals).toEqual({ ...noTotals, delivered: ours.size });
      },
    ),
    { numRuns: 100 },
  );
});
