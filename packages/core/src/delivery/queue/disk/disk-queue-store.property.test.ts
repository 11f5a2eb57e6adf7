import fc from "fast-check";
import { describe, it } from "vitest";
import type { QueueStep } from "../../../../test/queue-model.ts";
import { QueueModel } from "../../../../test/queue-model.ts";

const to = fc.integer({ min: 1, max: 7 });
const from = fc.integer({ min: 0, max: 2 });
const seed = fc.nat(1000);
const step: fc.Arbitrary<QueueStep> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("append"),
      count: fc.integer({ min: 1, max: 12 }),
      to,
      size: fc.nat(300),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("append many"),
      each: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 6 }),
      to,
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("take"), from, count: fc.integer({ min: 1, max: 15 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("ack"), from, share: fc.nat(100), seed }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("requeue"), from, share: fc.nat(100), seed }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("leave"), who: from, isForGood: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait"), ms: fc.constantFrom(0, 60, 2000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("write acks anew") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("restart", "kill", "power cut"), seed }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("fail"),
      operation: fc.constantFrom("write", "sync", "open", "syncFolder"),
      count: fc.integer({ min: 1, max: 5 }),
      to,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("fill up"), count: fc.integer({ min: 1, max: 5 }), to }) },
);

describe("the disk queue under any sequence of appends, takes, settlements, faults and crashes", () => {
  it("loses nothing that was accepted, keeps the order, and repeats only after a crash", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 120 }),
        fc.record({
          segmentBytes: fc.constantFrom(500, 3000, 100_000),
          memoryBytes: fc.constantFrom(1000, 8000, 1_000_000),
          keptSegments: fc.constantFrom(0, 1, 3),
        }),
        async (steps, options) => {
          const run = new QueueModel(options);
          await run.open();
          for (const command of steps) {
            await run.do(command);
            run.check();
          }
          await run.look(false);
          await run.do({ kind: "restart", seed: 0 });
          await run.do({ kind: "restart", seed: 0 });
          await run.do({ kind: "kill", seed: 0 });
        },
      ),
      // A step that never ends is a failure too.
      { numRuns: Number(process.env["QUEUE_RUNS"] ?? 400), timeout: 20_000 },
    );
  }, 900_000);
});
