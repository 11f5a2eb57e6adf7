import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventFailure, SendResult } from "../connector/send-result.ts";
import { settle } from "./settle.ts";

const policy = { maxRetries: 3, onExhausted: "dead-letter" } as const;
const holding = { maxRetries: 3, onExhausted: "hold" } as const;
const three = { size: 3, retries: 0 };

describe("settle", () => {
  it("delivers all of an accepted piece", () => {
    expect(settle(three, { kind: "accepted" }, policy)).toEqual({
      deadLetters: [],
      again: [],
      release: [],
      next: "go-on",
    });
  });

  it("sends the same events again while retries are left, and then dead-letters them", () => {
    const retry: SendResult = { kind: "retry", reason: "503" };
    expect(settle(three, retry, policy).again).toEqual([{ indexes: [0, 1, 2], isRetry: true }]);
    expect(settle({ size: 1, retries: 3 }, retry, policy).deadLetters).toEqual([
      { index: 0, stage: "send", reason: "503" },
    ]);
  });

  it("gives events back to the queue when retries are used up and it is set to hold", () => {
    expect(settle({ size: 2, retries: 3 }, { kind: "retry", reason: "503" }, holding)).toEqual({
      deadLetters: [],
      again: [],
      release: [0, 1],
      next: "hold",
    });
  });

  it("dead-letters the rejected, requeues the retryable in order, and delivers the rest of a partial answer", () => {
    const failures: EventFailure[] = [
      { index: 2, outcome: "retry", reason: "429" },
      { index: 0, outcome: "retry", reason: "429" },
      { index: 3, outcome: "rejected", reason: "mapping" },
    ];
    const plan = settle({ size: 5, retries: 0 }, { kind: "partial", failures }, policy);
    expect(plan.deadLetters).toEqual([{ index: 3, stage: "rejected", reason: "mapping" }]);
    expect(plan.again).toEqual([{ indexes: [0, 2], isRetry: true }]);
  });

  it("does not count it as a retry when the SIEM stopped before an event", () => {
    const failures: EventFailure[] = [
      { index: 1, outcome: "rejected", reason: "code 6" },
      { index: 2, outcome: "unprocessed", reason: "code 6" },
    ];
    expect(settle({ size: 3, retries: 3 }, { kind: "partial", failures }, policy).again).toEqual([
      { indexes: [2], isRetry: false },
    ]);
  });

  it("counts it as a retry when the SIEM stopped before the first event and nothing was done", () => {
    const failures: EventFailure[] = [0, 1].map((index) => ({ index, outcome: "unprocessed", reason: "?" }));
    expect(settle({ size: 2, retries: 0 }, { kind: "partial", failures }, policy).again).toEqual([
      { indexes: [0, 1], isRetry: true },
    ]);
  });

  it.each([[[5]], [[-1]], [[0.5]], [[1, 1]]])(
    "does not believe a partial answer about events %j of three",
    (indexes) => {
      const failures = indexes.map((index): EventFailure => ({ index, outcome: "rejected", reason: "?" }));
      const plan = settle(three, { kind: "partial", failures }, policy);
      expect(plan.again).toEqual([{ indexes: [0, 1, 2], isRetry: true }]);
      expect(plan.deadLetters).toEqual([]);
    },
  );

  it.each(["too-large", "rejected"] as const)("halves a piece that is %s and dead-letters a single event", (kind) => {
    expect(settle(three, { kind, reason: "no" }, policy).again).toEqual([
      { indexes: [0], isRetry: false },
      { indexes: [1, 2], isRetry: false },
    ]);
    const stage = kind === "too-large" ? "limit" : "rejected";
    expect(settle({ size: 1, retries: 0 }, { kind, reason: "no" }, policy).deadLetters).toEqual([
      { index: 0, stage, reason: "no" },
    ]);
  });

  it("releases everything when the destination must be suspended", () => {
    const plan = settle(three, { kind: "suspend", reason: "401" }, policy);
    expect(plan).toMatchObject({ release: [0, 1, 2], next: "suspend" });
  });

  it("puts every event in exactly one place, whatever the verdict", () => {
    const failure = fc.record({
      index: fc.integer({ min: -1, max: 12 }),
      outcome: fc.constantFrom<EventFailure["outcome"]>("rejected", "retry", "unprocessed"),
      reason: fc.constant("r"),
    });
    const verdict = fc.oneof(
      fc.constantFrom<SendResult>(
        { kind: "accepted" },
        { kind: "retry", reason: "r" },
        { kind: "too-large", reason: "r" },
        { kind: "rejected", reason: "r" },
        { kind: "suspend", reason: "r" },
      ),
      fc.array(failure, { maxLength: 14 }).map((failures): SendResult => ({ kind: "partial", failures })),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(4), verdict, fc.boolean(), (size, retries, result, hold) => {
        const plan = settle({ size, retries }, result, hold ? holding : policy);
        const placed = [
          ...plan.deadLetters.map(({ index }) => index),
          ...plan.again.flatMap(({ indexes }) => indexes),
          ...plan.release,
        ];
        expect(new Set(placed).size).toBe(placed.length);
        for (const index of placed) expect(index).toBeLessThan(size);
        if (result.kind === "partial" && placed.length < size) {
          const listed = new Set(result.failures.map(({ index }) => index));
          for (const index of Array.from({ length: size }, (_, at) => at)) {
            expect(placed.includes(index)).toBe(listed.has(index));
          }
        }
      }),
    );
  });
});
