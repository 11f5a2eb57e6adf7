import { describe, expect, it } from "vitest";
import { LearnedLimit } from "./learned-limit.ts";

function passes(limit: LearnedLimit, count: number): void {
  for (let each = 0; each < count; each++) limit.passed(400);
}

describe("a learned limit", () => {
  it("is none before a smaller sub-batch of a refused body has passed", () => {
    const limit = new LearnedLimit();
    passes(limit, 100);
    expect(limit.bytes).toBeUndefined();
    limit.learn(800, 400);
    expect(limit.bytes).toBe(400);
  });

  it("is not below half of what was refused, however small the sub-batch was that passed", () => {
    const limit = new LearnedLimit();
    limit.learn(800, 10);
    expect(limit.bytes).toBe(400);
  });

  it("is not learned from a refusal here and there of what is taken otherwise", () => {
    const limit = new LearnedLimit();
    for (let each = 0; each < 20; each++) {
      limit.passed(800);
      limit.learn(800, 400);
    }
    expect(limit.bytes).toBeUndefined();
    limit.learn(800, 400);
    expect(limit.bytes).toBe(400);
  });

  it("is tried again after 8 bodies, and twice as many each time that this was too much", () => {
    const limit = new LearnedLimit();
    for (const patience of [8, 16, 32]) {
      limit.learn(800, 400);
      passes(limit, patience - 1);
      expect(limit.bytes).toBe(400);
      passes(limit, 1);
      expect(limit.bytes).toBeUndefined();
    }
  });

  it("grows step by step where it is far below what was refused first", () => {
    const limit = new LearnedLimit();
    limit.learn(3200, 1600);
    limit.learn(1600, 800);
    limit.learn(800, 400);
    const seen: unknown[] = [];
    for (let each = 0; each < 500 && limit.bytes !== undefined; each++) {
      passes(limit, 1);
      if (seen.at(-1) !== limit.bytes) seen.push(limit.bytes);
    }
    expect(seen).toEqual([400, 800, 1600, undefined]);
  });

  it("knows a body that any SIEM takes, and one that this SIEM has taken", () => {
    const limit = new LearnedLimit();
    expect(limit.isUsual(1200)).toBe(true);
    expect(limit.isUsual(100_000)).toBe(false);
    limit.passed(200_000);
    expect(limit.isUsual(100_000)).toBe(true);
    expect(limit.isUsual(0)).toBe(false);
  });
});
