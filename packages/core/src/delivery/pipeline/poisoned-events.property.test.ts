import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPipelineBench, recordsOf } from "../../../test/pipeline-bench.ts";
import type { Batch } from "../../connector/batch.ts";
import type { SendResult } from "../../connector/send-result.ts";
import { createEventRecord } from "../intake/accept-event.ts";

const reply = { reason: "502 Bad Gateway" };

/** What some event does to whatever it travels with. */
const poisons: Readonly<Record<string, (batch: Batch, isPoison: (id: string) => boolean) => SendResult>> = {
  "a failure": () => ({ kind: "retry", ...reply, ambiguous: true }),
  "a refusal by status": () => ({ kind: "rejected", ...reply, confirmed: false }),
  "a refusal in the SIEM's own words": () => ({ kind: "rejected", ...reply, confirmed: true }),
  "a body that is too large": () => ({ kind: "too-large", ...reply }),
  "its own failure, the others being taken": ({ records }, isPoison) => ({
    kind: "partial",
    failures: records.flatMap(({ id }, index) =>
      isPoison(id) ? [{ index, outcome: "retry" as const, ...reply }] : [],
    ),
  }),
  "a stop before it": ({ records }, isPoison) => {
    const first = records.findIndex(({ id }) => isPoison(id));
    if (first === 0) return { kind: "retry", ...reply };
    const failures = records.slice(first).map((_, at) => ({ index: first + at, outcome: "retry" as const, ...reply }));
    return { kind: "partial", failures };
  },
};

const scenario = fc.record({
  events: fc.integer({ min: 30, max: 120 }),
  poisoned: fc.uniqueArray(fc.nat(29), { maxLength: 4 }),
  burst: fc.integer({ min: 1, max: 40 }),
  everyMs: fc.integer({ min: 1, max: 3000 }),
  answerMs: fc.constantFrom(0, 0, 20, 700),
  delivery: fc.record({
    batchSize: fc.constantFrom(1, 3, 10, 100),
    concurrency: fc.integer({ min: 1, max: 4 }),
    maxRetries: fc.nat(4),
    flushIntervalMs: fc.constantFrom(0, 1000, 5000),
  }),
});

describe("events that never pass", () => {
  it.each(
    Object.keys(poisons).flatMap((name) => (["hold", "dead-letter"] as const).map((end) => [name, end] as const)),
  )("cause %s, and are dead-lettered alone while all others are delivered (%s)", async (name, onExhausted) => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ events, poisoned, burst, everyMs, answerMs, delivery }) => {
        const ids = new Set(poisoned.map((at) => `p${at}`));
        const isPoison = (id: string) => ids.has(id);
        const bench = createPipelineBench({
          delivery: { ...delivery, onExhausted },
          answer: async (batch) => {
            if (answerMs > 0) await new Promise<void>((resolve) => void bench.clock.after(answerMs, resolve));
            if (!batch.records.some(({ id }) => isPoison(id))) return { kind: "accepted" };
            return poisons[name]?.(batch, isPoison) ?? { kind: "accepted" };
          },
        });
        for (let at = 0; at < events; at += burst) {
          for (let each = at; each < Math.min(events, at + burst); each++) {
            bench.publish(
              createEventRecord(
                { class_uid: 6003, time: bench.clock.now(), metadata: { uid: `p${each}` } },
                bench.clock.now(),
              ),
            );
          }
          await bench.clock.advance(everyMs);
          bench.account();
        }
        // Others come, which show that it works.
        for (let minute = 0; minute < 10; minute++) {
          bench.publish(...recordsOf(bench.clock, 5));
          await bench.clock.advance(60_000);
        }
        const dead = bench.deadLetters.map(({ record }) => record.id).toSorted();
        expect(dead).toEqual([...ids].toSorted());
        expect(bench.account()).toMatchObject({ delivered: events + 50 - ids.size, queued: 0 });
      }),
      { numRuns: 40 },
    );
  });
});

const outages: Readonly<Record<string, SendResult>> = {
  "502": { kind: "retry", ...reply, ambiguous: true },
  "503, wait 2 s": { kind: "retry", ...reply, afterMs: 2000 },
  "400 of a stranger": { kind: "rejected", ...reply, confirmed: false },
  "413 of a stranger": { kind: "too-large", ...reply },
  "401": { kind: "suspend", ...reply },
};

describe("a destination that refuses everything for a while", () => {
  it.each([false, true])(
    "loses no event to the dead letters and delivers all in the end (ordered: %s)",
    async (ordered) => {
      // What only a status refuses is overtaken where order is kept, and given up when that succeeds.
      const kinds = Object.keys(outages).filter((name) => !ordered || !name.includes("stranger"));
      await fc.assert(
        fc.asyncProperty(
          scenario,
          fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(20_000), fc.nat(20_000)), { maxLength: 4 }),
          async ({ events, burst, everyMs, answerMs, delivery }, phases) => {
            const bench = createPipelineBench({
              delivery: { ...delivery, ordered, onExhausted: "hold" },
              answer: async () => {
                if (answerMs > 0) await new Promise<void>((resolve) => void bench.clock.after(answerMs, resolve));
                let at = bench.clock.elapsed() - startedAt;
                for (const [name, wellMs, badMs] of phases) {
                  if (at < wellMs) break;
                  if (at < wellMs + badMs) return outages[name] ?? { kind: "accepted" };
                  at -= wellMs + badMs;
                }
                return { kind: "accepted" };
              },
            });
            const startedAt = bench.clock.elapsed();
            for (let at = 0; at < events; at += burst) {
              bench.publish(...recordsOf(bench.clock, Math.min(burst, events - at)));
              await bench.clock.advance(everyMs);
              bench.account();
            }
            await bench.clock.advance(600_000);
            expect(bench.deadLetters.map(({ stage, record }) => [stage, record.id])).toEqual([]);
            expect(bench.account()).toMatchObject({ delivered: events, queued: 0 });
          },
        ),
        { numRuns: 40 },
      );
    },
  );
});
