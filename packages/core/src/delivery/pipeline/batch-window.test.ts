import { describe, expect, it } from "vitest";
import type { PassedBody } from "./batch-window.ts";
import { BatchWindow } from "./batch-window.ts";

/** Sizes of the batches that follow bodies, each of which held all that was taken. */
function sizesAfter(window: BatchWindow, count: number, body: Partial<PassedBody> = {}): number[] {
  return Array.from({ length: count }, () => {
    window.passed({ events: window.events, isCut: false, tookMs: 10, waiting: 0, ...body });
    return window.events;
  });
}

it("halves the batch with every failure, to one event, and doubles it with every body that passes", () => {
  const window = new BatchWindow({ batchSize: 100, batch: "fixed" });
  const failed = Array.from({ length: 8 }, () => (window.failed(), window.events));
  expect(failed).toEqual([50, 25, 12, 6, 3, 1, 1, 1]);
  expect(sizesAfter(window, 8, { waiting: 100_000 })).toEqual([2, 4, 8, 16, 32, 64, 100, 100]);
});

describe("a batch that may grow", () => {
  it("grows while a full one waits, to a bound", () => {
    const window = new BatchWindow({ batchSize: 100, batch: "auto" });
    const sizes = sizesAfter(window, 8, { waiting: 1_000_000 });
    expect(sizes).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  });

  it("comes back when the destination has caught up", () => {
    const window = new BatchWindow({ batchSize: 100, batch: "auto" });
    sizesAfter(window, 4, { waiting: 1_000_000 });
    expect(sizesAfter(window, 1, { waiting: 1599 })).toEqual([100]);
  });

  it("is no larger than what the SIEM takes in one body", () => {
    const window = new BatchWindow({ batchSize: 100, batch: "auto" });
    sizesAfter(window, 4, { waiting: 1_000_000 });
    expect(sizesAfter(window, 2, { waiting: 1_000_000, isCut: true, events: 900 })).toEqual([900, 900]);
  });

  it("shrinks when bodies take long", () => {
    const window = new BatchWindow({ batchSize: 100, batch: "auto" });
    sizesAfter(window, 4, { waiting: 1_000_000 });
    expect(sizesAfter(window, 5, { waiting: 1_000_000, tookMs: 1001 })).toEqual([800, 400, 200, 100, 100]);
  });

  it("begins anew from the usual size after a failure", () => {
    const window = new BatchWindow({ batchSize: 100, batch: "auto" });
    sizesAfter(window, 4, { waiting: 1_000_000 });
    window.failed();
    expect(window.events).toBe(100);
    window.failed();
    expect(window.events).toBe(50);
  });
});
