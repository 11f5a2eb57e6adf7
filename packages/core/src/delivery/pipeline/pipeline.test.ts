import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPipelineBench, recordsOf } from "../../../test/pipeline-bench.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { SendResult } from "../../connector/send-result.ts";

const retry: SendResult = { kind: "retry", reason: "503 busy" };
const accepted: SendResult = { kind: "accepted" };
const suspend: SendResult = { kind: "suspend", reason: "401", fix: "Renew the token." };

/** As if it were a verdict. */
function nonsense(value: unknown): SendResult {
  return value as SendResult;
}

/** A window that opens within the hour after a bench's clock begins, and stays open for an hour. */
function inAnHour() {
  const minute = Math.floor((createPipelineBench().clock.now() % 86_400_000) / 60_000);
  return [{ startMinute: (minute + 60) % 1440, endMinute: (minute + 120) % 1440 }];
}

describe("a pipeline", () => {
  it("sends nothing while its window is closed, and everything once it opens", async () => {
    const bench = createPipelineBench({ delivery: { batchSize: 2, window: inAnHour() } });
    bench.publish(...recordsOf(bench.clock, 3));
    await bench.clock.advance(58 * 60_000);
    expect(bench.sent).toEqual([]);
    expect(bench.pipeline.status().nextAttemptAt).toBeGreaterThan(bench.clock.now());
    await bench.clock.advance(2 * 60_000);
    expect(bench.sent.flat()).toEqual(["e0", "e1", "e2"]);
    expect(bench.clock.timers).toBe(0);
  });

  it("grows its batches to the SIEM's limit while it is behind, and comes back", async () => {
    const bench = createPipelineBench({
      delivery: { batchSize: 10, batch: "auto", concurrency: 1 },
      limits: { maxBatchBytes: 1_000_000, maxBatchEvents: 50 },
    });
    bench.publish(...recordsOf(bench.clock, 500));
    await bench.clock.advance(0);
    const sizes = bench.sent.map(({ length }) => length);
    expect(sizes.slice(0, 4)).toEqual([10, 20, 40, 50]);
    expect(Math.max(...sizes)).toBe(50);
    await bench.clock.advance(5000);
    expect(bench.account()).toMatchObject({ delivered: 500, queued: 0 });
    const before = bench.sent.length;
    bench.publish(...recordsOf(bench.clock, 20));
    await bench.clock.advance(0);
    expect(bench.sent.slice(before).map(({ length }) => length)).toEqual([10, 10]);
  });

  it("sends nothing while it is paused, says so, and ends with its events in the queue", async () => {
    const bench = createPipelineBench({ delivery: { batchSize: 2, paused: true }, durable: true });
    bench.publish(...recordsOf(bench.clock, 5));
    await bench.clock.advance(3_600_000);
    expect(bench.sent).toEqual([]);
    expect(bench.pipeline.status()).toMatchObject({ health: "pending", reason: "paused by hand", queued: 5 });
    expect(bench.pipeline.status().nextAttemptAt).toBeUndefined();
    await bench.pipeline.settled();
    await bench.stop(1000);
    expect(bench.account()).toMatchObject({ delivered: 0, deadLettered: 0, queued: 5 });
  });

  it("comes to its end while its window is closed, with its events back in the queue", async () => {
    const bench = createPipelineBench({ delivery: { window: inAnHour() } });
    bench.publish(...recordsOf(bench.clock, 3));
    await bench.pipeline.drain(1000);
    expect(bench.sent).toEqual([]);
    expect(bench.account()).toMatchObject({ accepted: 3, delivered: 0, queued: 3 });
  });

  it("sends no more bytes a second than it may", async () => {
    const bench = createPipelineBench({ delivery: { batchSize: 1, maxBytesPerSecond: 10, ordered: true } });
    bench.publish(...recordsOf(bench.clock, 3));
    await bench.clock.advance(0);
    expect(bench.sent).toHaveLength(1);
    const bytes = bench.bodies[0]?.length ?? 0;
    await bench.clock.advance(bytes * 100 - 1);
    expect(bench.sent).toHaveLength(1);
    await bench.clock.advance(1);
    expect(bench.sent).toHaveLength(2);
  });

  it.each([
    ["that fill no batch", { answers: [], delivery: {} }],
    ["after failures", { answers: [retry, retry, retry], delivery: { batchSize: 1, concurrency: 2 } }],
    ["after a wait that was asked for", { answers: [{ ...retry, afterMs: 5000 }], delivery: { batchSize: 1 } }],
    ["at its pace", { answers: [], delivery: { batchSize: 1, maxBytesPerSecond: 20 } }],
    ["once its window opens", { answers: [], delivery: { window: inAnHour() } }],
  ])("sends events %s, wherever the machine pauses between two readings of the clock", async (_, given) => {
    const { answers, delivery } = given;
    const run = async (reading: number, pauseMs: number) => {
      const bench = createPipelineBench({ delivery, answer: (__, attempt) => answers[attempt - 1] ?? accepted });
      bench.clock.pauseBefore(reading, pauseMs);
      bench.publish(...recordsOf(bench.clock, 3));
      await bench.clock.advance(2 * 3_600_000);
      expect({ reading, pauseMs, ...bench.account() }).toMatchObject({ reading, pauseMs, delivered: 3 });
      return bench.clock.readings;
    };
    const readings = await run(-1, 0);
    // A short pause ends one wait only, in the middle of a look.
    for (const pauseMs of [1, 60, 6000]) for (let at = 0; at < readings; at++) await run(at, pauseMs);
  });

  it("sends nothing that another process may have taken over, and the same in order once it may again", async () => {
    const bench = createPipelineBench({ delivery: { batchSize: 2, ordered: true } });
    const take = bench.queue.take.bind(bench.queue);
    let isAway = true;
    let handedOut = 0;
    Object.assign(bench.queue, {
      maySend: () => !isAway,
      take: (most: number) => (isAway && handedOut++ > 0 ? [] : take(most)),
    });
    bench.publish(...recordsOf(bench.clock, 3));
    await bench.clock.advance(1000);
    expect(bench.sent).toEqual([]);
    expect(bench.account()).toMatchObject({ accepted: 3, delivered: 0, queued: 3 });
    expect(handedOut).toBe(2);
    isAway = false;
    bench.pipeline.readyToTake();
    await bench.clock.advance(5000);
    expect(bench.sent).toEqual([["e0", "e1"], ["e2"]]);
    expect(bench.account()).toMatchObject({ accepted: 3, delivered: 3, queued: 0 });
  });

  it("sends a full batch at once and a part of one when its oldest event has waited long enough", async () => {
    const bench = createPipelineBench({ delivery: { batchSize: 2 } });
    bench.publish(...recordsOf(bench.clock, 3));
    await bench.clock.advance(0);
    expect(bench.sent).toEqual([["e0", "e1"]]);
    await bench.clock.advance(4999);
    expect(bench.sent).toHaveLength(1);
    await bench.clock.advance(1);
    expect(bench.sent).toEqual([["e0", "e1"], ["e2"]]);
    expect(bench.account()).toMatchObject({ accepted: 3, delivered: 3, queued: 0 });
  });

  it("measures the flush interval from the oldest event although others keep trickling in", async () => {
    const bench = createPipelineBench();
    const startedAt = bench.clock.now();
    for (let second = 0; second < 8; second++) {
      bench.publish(...recordsOf(bench.clock, 1));
      await bench.clock.advance(1000);
    }
    expect(bench.sentAt[0]).toBe(startedAt + 5000);
  });

  it("keeps no timer for an idle destination", async () => {
    const bench = createPipelineBench({ delivery: { batchSize: 1 } });
    bench.publish(...recordsOf(bench.clock, 3));
    await bench.clock.advance(0);
    expect(bench.account().queued).toBe(0);
    expect(bench.clock.timers).toBe(0);
  });

  it("retries after 1, 2 and 4 seconds as documented and then dead-letters with what was tried", async () => {
    const bench = createPipelineBench({ answer: () => retry, delivery: { batchSize: 1, jitter: "none" } });
    const startedAt = bench.clock.now();
    bench.publish(...recordsOf(bench.clock, 1));
    await bench.clock.advance(10_000);
    expect(bench.sentAt.map((at) => at - startedAt)).toEqual([0, 1000, 3000, 7000]);
    expect(bench.deadLetters).toMatchObject([
      { stage: "send", reason: "503 busy", attempts: 4, ambiguous: false, firstAttemptAt: startedAt },
    ]);
    expect(bench.account()).toMatchObject({ deadLettered: 1, queued: 0 });
  });

  it("remembers that an attempt without an answer may have stored the events", async () => {
    const answers: SendResult[] = [{ kind: "retry", reason: "ECONNRESET", ambiguous: true }];
    const bench = createPipelineBench({ answer: () => answers.shift() ?? retry, delivery: { batchSize: 1 } });
    bench.publish(...recordsOf(bench.clock, 1));
    await bench.clock.advance(20_000);
    expect(bench.deadLetters).toMatchObject([{ ambiguous: true }]);
  });

  it("remembers that an answer which names none of the refused may mean any of them", async () => {
    const failures = [0, 1].map((index) => ({ index, outcome: "rejected", reason: "1 of 2 refused" }) as const);
    const bench = createPipelineBench({
      answer: () => ({ kind: "partial", failures, ambiguous: true }),
      delivery: { batchSize: 2 },
    });
    bench.publish(...recordsOf(bench.clock, 2));
    await bench.clock.advance(0);
    expect(bench.deadLetters).toMatchObject([{ ambiguous: true }, { ambiguous: true }]);
    expect(bench.account()).toMatchObject({ delivered: 0, deadLettered: 2, queued: 0 });
  });

  it("holds every batch of the destination back while the SIEM asked to wait", async () => {
    const answers: SendResult[] = [{ kind: "retry", reason: "429", afterMs: 60_000 }];
    const bench = createPipelineBench({
      answer: () => answers.shift() ?? { kind: "accepted" },
      delivery: { batchSize: 1, concurrency: 3 },
    });
    bench.publish(...recordsOf(bench.clock, 1));
    await bench.clock.advance(0);
    bench.publish(...recordsOf(bench.clock, 5));
    await bench.clock.advance(59_999);
    expect(bench.sent).toHaveLength(1);
    await bench.clock.advance(1);
    expect(bench.account()).toMatchObject({ delivered: 6, queued: 0 });
  });

  it("sends the very same bytes again", async () => {
    const answers: SendResult[] = [retry];
    const bench = createPipelineBench({
      answer: () => answers.shift() ?? { kind: "accepted" },
      delivery: { batchSize: 3 },
    });
    bench.publish(...recordsOf(bench.clock, 3));
    await bench.clock.advance(2000);
    expect(bench.bodies[1]).toBe(bench.bodies[0]);
    expect(bench.bodies[0]?.split("\n")).toHaveLength(4);
  });

  it("finds one poisoned event of a thousand with at most 2·log2(n)+1 posts and loses no other", async () => {
    const bench = createPipelineBench({
      answer: (batch) =>
        batch.records.some(({ id }) => id === "e613") ? { kind: "rejected", reason: "400" } : { kind: "accepted" },
      delivery: { batchSize: 1000 },
    });
    bench.publish(...recordsOf(bench.clock, 1000));
    await bench.clock.advance(0);
    expect(bench.account()).toMatchObject({ delivered: 999, deadLettered: 1 });
    expect(bench.deadLetters).toMatchObject([{ stage: "rejected", record: { id: "e613" } }]);
    expect(bench.sent.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(1000)) + 1);
  });

  it("splits what is too large, and stays below the learned limit from then on", async () => {
    const bench = createPipelineBench({
      answer: (batch) => (batch.body.length > 500 ? { kind: "too-large", reason: "413" } : { kind: "accepted" }),
      delivery: { batchSize: 8, concurrency: 1 },
    });
    bench.publish(...recordsOf(bench.clock, 8));
    await bench.clock.advance(0);
    const posts = bench.sent.length;
    bench.publish(...recordsOf(bench.clock, 8));
    await bench.clock.advance(0);
    expect(bench.account()).toMatchObject({ delivered: 16 });
    expect(bench.sent.length - posts).toBeLessThan(posts);
    for (const body of bench.bodies.slice(posts)) expect(body.length).toBeLessThanOrEqual(500);
  });

  it("keeps the queue when the credential is refused, and resumes when the check passes", async () => {
    let isFixed = false;
    const bench = createPipelineBench({
      answer: () => (isFixed ? { kind: "accepted" } : suspend),
      delivery: { batchSize: 1, concurrency: 1 },
      check: async () => ({ steps: [{ name: "credential", status: isFixed ? "passed" : "failed", detail: "401" }] }),
    });
    bench.publish(...recordsOf(bench.clock, 3));
    await bench.clock.advance(0);
    expect(bench.pipeline.status()).toMatchObject({ health: "failed", reason: "401", fix: "Renew the token." });
    await bench.clock.advance(600_000);
    expect(bench.sent).toHaveLength(1);
    expect(bench.account()).toMatchObject({ queued: 3, deadLettered: 0 });
    isFixed = true;
    await bench.clock.advance(60_000);
    expect(bench.sent.slice(1)).toEqual([["e0"], ["e1"], ["e2"]]);
    expect(bench.pipeline.status().health).toBe("healthy");
  });

  it("probes a suspended destination after 5 seconds, and from then on once a minute", async () => {
    const probedAt: number[] = [];
    const bench = createPipelineBench({
      answer: () => suspend,
      delivery: { batchSize: 1, concurrency: 1 },
      check: async () => {
        probedAt.push(bench.clock.elapsed() - startedAt);
        return { steps: [{ name: "credential", status: "failed", detail: "401" }] };
      },
    });
    const startedAt = bench.clock.elapsed();
    bench.publish(...recordsOf(bench.clock, 3));
    await bench.clock.advance(150_000);
    expect(probedAt).toEqual([5000, 65_000, 125_000]);
  });

  it("lets a single batch through where the check finds nothing wrong and batches are refused, once a minute", async () => {
    const bench = createPipelineBench({
      answer: () => suspend,
      delivery: { batchSize: 1, concurrency: 4 },
      check: async () => ({ steps: [{ name: "storage", status: "skipped", detail: "cannot be asked" }] }),
    });
    const startedAt = bench.clock.now();
    bench.publish(...recordsOf(bench.clock, 20));
    await bench.clock.advance(0);
    const before = bench.sent.length;
    await bench.clock.advance(150_000);
    expect(bench.sentAt.slice(before).map((at) => at - startedAt)).toEqual([5000, 65_000, 125_000]);
    expect(bench.pipeline.status()).toMatchObject({ health: "failed", reason: "401" });
    expect(bench.account()).toMatchObject({ queued: 20 });
  });

  it("lets many batches wait for the same moment without Node suspecting a leak", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    const bench = createPipelineBench({ answer: () => retry, delivery: { batchSize: 1, concurrency: 20 } });
    bench.publish(...recordsOf(bench.clock, 20));
    await bench.clock.advance(100);
    process.off("warning", note);
    expect(bench.sent).toHaveLength(20);
    expect(warnings).toEqual([]);
  });

  it("holds events in order through an outage when it is set to hold", async () => {
    let isDown = true;
    const bench = createPipelineBench({
      answer: () => (isDown ? retry : { kind: "accepted" }),
      delivery: { batchSize: 2, ordered: true },
      durable: true,
    });
    bench.publish(...recordsOf(bench.clock, 6));
    await bench.clock.advance(3_600_000);
    expect(bench.account()).toMatchObject({ queued: 6, deadLettered: 0 });
    isDown = false;
    const before = bench.sent.length;
    await bench.clock.advance(60_000);
    expect(bench.sent.slice(before).flat()).toEqual(["e0", "e1", "e2", "e3", "e4", "e5"]);
    expect(bench.account()).toMatchObject({ delivered: 6, queued: 0 });
  });

  it("keeps the order of a batch that takes several bodies, also when it goes back to the queue", async () => {
    const answers: SendResult[] = [retry];
    const bench = createPipelineBench({
      answer: () => answers.shift() ?? { kind: "accepted" },
      limits: { maxBatchBytes: 1_000_000, maxBatchEvents: 2 },
      delivery: { batchSize: 6, ordered: true, maxRetries: 0 },
    });
    bench.publish(...recordsOf(bench.clock, 6));
    await bench.clock.advance(120_000);
    expect(bench.sent[0]).toEqual(["e0", "e1"]);
    expect(bench.sent.slice(1).flat()).toEqual(["e0", "e1", "e2", "e3", "e4", "e5"]);
    expect(bench.account()).toMatchObject({ delivered: 6, queued: 0 });
  });

  it("sends nothing after a batch that a stop could not settle, where order is promised", async () => {
    const bench = createPipelineBench({
      answer: (batch) => (batch.records[0]?.id === "e2" ? retry : { kind: "accepted" }),
      delivery: { batchSize: 2, ordered: true },
      durable: true,
    });
    bench.publish(...recordsOf(bench.clock, 8));
    await bench.stop(10_000);
    expect(bench.sent).toEqual([
      ["e0", "e1"],
      ["e2", "e3"],
    ]);
    expect(bench.account()).toMatchObject({ delivered: 2, queued: 6 });
    expect(bench.queue.take(6).map(({ id }) => id)).toEqual(["e2", "e3", "e4", "e5", "e6", "e7"]);
  });

  it("dead-letters what was held for too long as expired", async () => {
    const bench = createPipelineBench({
      answer: () => retry,
      delivery: { batchSize: 2, onExhausted: "hold", holdForMs: 3_600_000 },
    });
    bench.publish(...recordsOf(bench.clock, 4));
    await bench.clock.advance(3_700_000);
    expect(bench.deadLetters.map(({ stage }) => stage)).toEqual(["expired", "expired", "expired", "expired"]);
    expect(bench.account()).toMatchObject({ deadLettered: 4, queued: 0 });
  });

  it("dead-letters only the event whose encoding throws or is over the limit", async () => {
    const bench = createPipelineBench({
      encode: (record) => {
        if (record.id === "e1") throw new Error("no such field");
        return record.id === "e2" ? "x".repeat(2000) : record.json;
      },
      limits: { maxBatchBytes: 10_000, maxEventBytes: 1000 },
      delivery: { batchSize: 4 },
    });
    bench.publish(...recordsOf(bench.clock, 4));
    await bench.clock.advance(0);
    expect(bench.sent).toEqual([["e0", "e3"]]);
    expect(bench.deadLetters.map(({ stage, attempts }) => [stage, attempts])).toEqual([
      ["encode", 0],
      ["limit", 0],
    ]);
    expect(bench.account()).toMatchObject({ delivered: 2, deadLettered: 2, queued: 0 });
  });

  it("lets no connector change what was sent", async () => {
    const bench = createPipelineBench({
      answer({ records }) {
        // As plain JavaScript may.
        (records as AcceptedEvent[]).length = 0;
        return { kind: "accepted" };
      },
    });
    bench.publish(...recordsOf(bench.clock, 3));
    await bench.clock.advance(5000);
    expect(bench.account()).toMatchObject({ delivered: 3, queued: 0 });
  });

  it("counts the events that its filter leaves out", async () => {
    const bench = createPipelineBench({ filter: { minSeverityId: 3 }, delivery: { batchSize: 1 } });
    bench.publish(...recordsOf(bench.clock, 2), ...recordsOf(bench.clock, 1, { severity_id: 4 }));
    await bench.clock.advance(0);
    expect(bench.account()).toMatchObject({ filtered: 2, delivered: 1, queued: 0 });
  });

  it("never puts events with different keys into one batch", async () => {
    const bench = createPipelineBench({ partitionKey: ({ id }) => id.slice(-1), delivery: { batchSize: 4 } });
    bench.publish(...recordsOf(bench.clock, 2), ...recordsOf(bench.clock, 2));
    await bench.clock.advance(0);
    expect(bench.sent).toEqual([
      ["e0", "e0"],
      ["e1", "e1"],
    ]);
  });

  it("keeps events that it cannot dead-letter, and tries again", async () => {
    let isDiskFull = true;
    const bench = createPipelineBench({
      answer: () => ({ kind: "rejected", reason: "400", confirmed: true }),
      writeDeadLetters: async () => {
        if (isDiskFull) throw new Error("ENOSPC");
      },
      delivery: { batchSize: 1 },
    });
    bench.publish(...recordsOf(bench.clock, 2));
    await bench.clock.advance(20_000);
    expect(bench.account()).toMatchObject({ queued: 2, deadLettered: 0 });
    expect(bench.pipeline.status().reason).toContain("ENOSPC");
    isDiskFull = false;
    await bench.clock.advance(60_000);
    expect(bench.account()).toMatchObject({ queued: 0, deadLettered: 2 });
  });

  it("settles what it holds with single attempts when it is stopped, and dead-letters the rest", async () => {
    const bench = createPipelineBench({
      answer: (batch) => (batch.records.some(({ id }) => id === "e0") ? retry : { kind: "accepted" }),
      delivery: { batchSize: 1, concurrency: 1 },
    });
    bench.publish(...recordsOf(bench.clock, 3));
    await bench.clock.advance(0);
    const stopped = bench.stop(25_000);
    await bench.clock.advance(0);
    await stopped;
    expect(bench.deadLetters).toMatchObject([{ stage: "send", reason: "shutdown", record: { id: "e0" } }]);
    expect(bench.account()).toMatchObject({ delivered: 2, deadLettered: 1, queued: 0 });
  });

  it("does not wait beyond the deadline for a SIEM that does not answer", async () => {
    const bench = createPipelineBench({ answer: () => new Promise(() => {}), delivery: { batchSize: 1 } });
    bench.publish(...recordsOf(bench.clock, 1));
    await bench.clock.advance(0);
    const stopped = bench.stop(25_000);
    await bench.clock.advance(25_000);
    await stopped;
    expect(bench.deadLetters).toMatchObject([{ stage: "send", reason: "shutdown", ambiguous: true }]);
  });

  it("leaves a durable queue as it is when it is stopped", async () => {
    const bench = createPipelineBench({ answer: () => retry, durable: true, delivery: { batchSize: 1 } });
    bench.publish(...recordsOf(bench.clock, 2));
    await bench.clock.advance(0);
    const stopped = bench.stop(25_000);
    await bench.clock.advance(25_000);
    await stopped;
    expect(bench.deadLetters).toEqual([]);
    expect(bench.queue.waiting).toBe(2);
  });

  it.each([-3_600_000, 3_600_000])("keeps its waits when the machine's clock jumps by %d ms", async (jump) => {
    const answers: SendResult[] = [{ kind: "retry", reason: "429", afterMs: 10_000 }];
    const bench = createPipelineBench({
      answer: () => answers.shift() ?? { kind: "accepted" },
      delivery: { batchSize: 2, concurrency: 1 },
    });
    bench.publish(...recordsOf(bench.clock, 2));
    await bench.clock.advance(0);
    bench.clock.jump(jump);
    await bench.clock.advance(9999);
    expect(bench.sent).toHaveLength(1);
    await bench.clock.advance(1);
    bench.publish(...recordsOf(bench.clock, 1));
    bench.clock.jump(jump);
    await bench.clock.advance(5000);
    expect(bench.account()).toMatchObject({ delivered: 3, queued: 0 });
  });

  it("learns no limit from a moment in which everything is too large", async () => {
    let isOdd = true;
    const bench = createPipelineBench({
      answer: (batch) =>
        isOdd && batch.records.length > 1 ? { kind: "too-large", reason: "413" } : { kind: "accepted" },
      delivery: { batchSize: 8, concurrency: 1 },
    });
    bench.publish(...recordsOf(bench.clock, 8));
    await bench.clock.advance(0);
    expect(bench.pipeline.status().learnedBatchBytes).toBeGreaterThan(0);
    isOdd = false;
    for (let each = 0; each < 10; each++) {
      bench.publish(...recordsOf(bench.clock, 8));
      await bench.clock.advance(0);
    }
    expect(bench.pipeline.status().learnedBatchBytes).toBeUndefined();
    expect(bench.sent.at(-1)).toHaveLength(8);
    expect(bench.account()).toMatchObject({ delivered: 88, deadLettered: 0 });
  });

  it("goes on with others from behind an event that fails in the first batch", async () => {
    const bench = createPipelineBench({
      answer: (batch) => (batch.records.some(({ id }) => id === "e0") ? retry : { kind: "accepted" }),
      delivery: { batchSize: 10, onExhausted: "hold", jitter: "none", flushIntervalMs: 0 },
    });
    bench.publish(...recordsOf(bench.clock, 10));
    await bench.clock.advance(8000);
    expect(bench.account()).toMatchObject({ delivered: 9, queued: 1 });
    expect(bench.pipeline.status()).toMatchObject({ health: "degraded", reason: "503 busy" });
    for (let second = 0; second < 20; second++) {
      bench.publish(...recordsOf(bench.clock, 11).slice(1));
      await bench.clock.advance(1000);
    }
    expect(bench.deadLetters).toMatchObject([{ stage: "send", reason: "503 busy", record: { id: "e0" } }]);
    expect(bench.account()).toMatchObject({ delivered: 209, queued: 0 });
    expect(bench.pipeline.status().health).toBe("healthy");
  });

  it.each([0, 20])(
    "delivers all others where every batch has events that fail, answers taking %d ms",
    async (answerMs) => {
      let published = 0;
      const bench = createPipelineBench({
        delivery: { batchSize: 100, flushIntervalMs: 1000, onExhausted: "hold" },
        async answer({ records }) {
          if (answerMs > 0) await new Promise<void>((resolve) => void bench.clock.after(answerMs, resolve));
          return records.some(({ severityId }) => severityId === 6) ? retry : accepted;
        },
      });
      for (let second = 0; second < 60; second++) {
        for (let each = 0; each < 50; each++) {
          const fields = { severity_id: published % 50 === 35 ? 6 : 1, metadata: { uid: `p${published++}` } };
          bench.publish(...recordsOf(bench.clock, 1, fields));
        }
        await bench.clock.advance(1000);
        bench.account();
      }
      expect(bench.account().delivered).toBeGreaterThan(0.9 * published);
      expect(bench.deadLetters.every(({ record }) => record.severityId === 6)).toBe(true);
      expect(bench.pipeline.status().oldestEventAgeMs).toBeLessThan(10_000);
    },
  );

  it("probes and expires also what was refused after the destination had been suspended", async () => {
    let isWell = false;
    const bench = createPipelineBench({
      delivery: { batchSize: 10, flushIntervalMs: 0, holdForMs: 30_000, onExhausted: "hold" },
      async answer(_, attempt) {
        if (isWell) return accepted;
        if (attempt !== 2) return suspend;
        await new Promise<void>((resolve) => void bench.clock.after(2000, resolve));
        return { kind: "too-large", reason: "413" };
      },
    });
    bench.publish(...recordsOf(bench.clock, 20));
    await bench.clock.advance(3000);
    expect(bench.pipeline.status().underWay).toBe(0);
    for (let second = 0; second < 200; second++) await bench.clock.advance(1000);
    expect(bench.account()).toMatchObject({ deadLettered: 20, queued: 0 });
    isWell = true;
    bench.publish(...recordsOf(bench.clock, 20));
    for (let second = 0; second < 70; second++) await bench.clock.advance(1000);
    expect(bench.account()).toMatchObject({ delivered: 20, queued: 0 });
  });

  it("delivers all before an event that fails, and holds what is behind it, where order is kept", async () => {
    const bench = createPipelineBench({
      answer: (batch) => (batch.records.some(({ id }) => id === "e6") ? retry : { kind: "accepted" }),
      delivery: { batchSize: 10, ordered: true, holdForMs: 3_600_000 },
    });
    bench.publish(...recordsOf(bench.clock, 10));
    await bench.clock.advance(1_800_000);
    expect(bench.account()).toMatchObject({ delivered: 6, queued: 4, deadLettered: 0 });
    await bench.clock.advance(1_900_000);
    expect(bench.deadLetters).toMatchObject([{ stage: "expired", record: { id: "e6" } }]);
    expect(bench.account()).toMatchObject({ delivered: 9, queued: 0, deadLettered: 1 });
  });

  it("suspends where a status alone refuses everything, and gives no event up for it", async () => {
    let isThere = false;
    const bench = createPipelineBench({
      answer: () =>
        isThere ? { kind: "accepted" } : { kind: "rejected", reason: "HTTP 400: <html>", confirmed: false },
      delivery: { batchSize: 100 },
    });
    bench.publish(...recordsOf(bench.clock, 300));
    await bench.clock.advance(60_000);
    expect(bench.pipeline.status()).toMatchObject({ health: "failed", reason: "HTTP 400: <html>" });
    expect(bench.pipeline.status().fix).toContain("proxy");
    expect(bench.account()).toMatchObject({ queued: 300, deadLettered: 0 });
    isThere = true;
    await bench.clock.advance(40_000);
    bench.publish(...recordsOf(bench.clock, 1));
    await bench.clock.advance(5000);
    expect(bench.account()).toMatchObject({ delivered: 301, deadLettered: 0 });
  });

  it("expires nothing that the destination would take by now", async () => {
    let isDown = true;
    const bench = createPipelineBench({
      answer: () => (isDown ? retry : { kind: "accepted" }),
      delivery: { batchSize: 2, onExhausted: "hold", holdForMs: 3_600_000 },
    });
    bench.publish(...recordsOf(bench.clock, 4));
    await bench.clock.advance(3_590_000);
    isDown = false;
    await bench.clock.advance(60_000);
    expect(bench.account()).toMatchObject({ delivered: 4, deadLettered: 0 });
  });

  it("gives the batch back when an attempt breaks off inside", async () => {
    let isBroken = true;
    const bench = createPipelineBench({
      breakOff: () => isBroken,
      delivery: { batchSize: 2 },
    });
    bench.publish(...recordsOf(bench.clock, 2));
    await bench.clock.advance(0);
    expect(bench.pipeline.status()).toMatchObject({ health: "degraded", reason: "an attempt broke off: inside" });
    expect(bench.account()).toMatchObject({ queued: 2 });
    isBroken = false;
    await bench.clock.advance(60_000);
    expect(bench.account()).toMatchObject({ delivered: 2, queued: 0 });
  });

  it("stops without waiting for a check that never ends", async () => {
    const bench = createPipelineBench({
      answer: () => suspend,
      delivery: { batchSize: 1 },
      check: () => new Promise(() => {}),
    });
    bench.publish(...recordsOf(bench.clock, 1));
    await bench.clock.advance(60_000);
    const stopped = bench.stop(25_000);
    await bench.clock.advance(0);
    await stopped;
    expect(bench.account()).toMatchObject({ deadLettered: 1, queued: 0 });
  });

  it("goes back to full batches after everything was settled on request", async () => {
    const bench = createPipelineBench({ delivery: { batchSize: 2 } });
    bench.publish(...recordsOf(bench.clock, 1));
    const settled = bench.pipeline.settled();
    await bench.clock.advance(0);
    await settled;
    bench.publish(...recordsOf(bench.clock, 1));
    await bench.clock.advance(0);
    expect(bench.account()).toMatchObject({ delivered: 1, queued: 1 });
  });

  it("adds up after every step of any sequence of verdicts, and loses nothing", async () => {
    const outcome = fc.constantFrom("rejected", "retry", "unprocessed");
    const verdict = fc.oneof(
      { weight: 4, arbitrary: fc.constant<SendResult>({ kind: "accepted" }) },
      fc.constantFrom<SendResult>(
        retry,
        { kind: "too-large", reason: "413" },
        { ...retry, afterMs: 9000 },
        { kind: "rejected", reason: "400", confirmed: false },
        { kind: "rejected", reason: "400" },
        { kind: "suspend", reason: "401" },
      ),
      // What no connector may return, and one will.
      fc.anything().map((value) => nonsense(value)),
      fc
        .uniqueArray(fc.record({ index: fc.nat(9), outcome, reason: fc.constant("r") }), {
          selector: ({ index }) => index,
          maxLength: 6,
        })
        .map((failures): SendResult => ({ kind: "partial", failures })),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(verdict, { maxLength: 60 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 0, max: 20_000 })), { maxLength: 12 }),
        fc.record({
          batchSize: fc.integer({ min: 1, max: 10 }),
          concurrency: fc.integer({ min: 1, max: 4 }),
          onExhausted: fc.constantFrom("hold", "dead-letter"),
          maxRetries: fc.nat(3),
          ordered: fc.boolean(),
        }),
        fc.boolean(),
        async (verdicts, bursts, delivery, durable) => {
          const answers = [...verdicts];
          const bench = createPipelineBench({
            answer: (batch) => {
              const result = answers.length > 0 ? nonsense(answers.shift()) : accepted;
              if (result?.kind !== "partial" || !Array.isArray(result.failures)) return result;
              const failures = result.failures.filter(({ index }) => index < batch.records.length);
              return { kind: "partial", failures };
            },
            delivery,
            durable,
            filter: { minSeverityId: 1 },
          });
          for (const [count, wait] of bursts) {
            bench.publish(...recordsOf(bench.clock, count, { severity_id: count % 3 }));
            bench.account();
            await bench.clock.advance(wait);
            bench.account();
          }
          await bench.clock.advance(3_600_000);
          expect(bench.account().queued).toBe(0);
          const stopped = bench.stop(1000);
          await bench.clock.advance(1000);
          await stopped;
          bench.account();
        },
      ),
      { numRuns: 300 },
    );
  });
});
