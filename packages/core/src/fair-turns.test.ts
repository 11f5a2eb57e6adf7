import { describe, expect, it } from "vitest";
import { createFairTurns } from "./fair-turns.ts";

/** Turns of an event loop that goes on when it is told to, with a clock that stands still in between. */
function loop() {
  let now = 0;
  let next: (() => void)[] = [];
  const turns = createFairTurns({ elapsed: () => now, nextTurn: (action) => void next.push(action) });
  return {
    turns,
    work: (ms: number) => void (now += ms),
    goOn: async () => {
      const due = next;
      next = [];
      for (const action of due) action();
      await Promise.resolve();
    },
    isIdle: () => next.length === 0,
  };
}

describe("fair turns", () => {
  it("let short work of many go on at once", () => {
    const { turns, work } = loop();
    for (const owner of ["a", "b", "c"]) {
      expect(turns.take(owner)).toBeUndefined();
      work(0.3);
    }
    expect(turns.isOver()).toBe(false);
  });

  it("end together after a slice, until the event loop has turned", async () => {
    const { turns, work, goOn } = loop();
    expect(turns.take("a")).toBeUndefined();
    work(2);
    expect(turns.isOver()).toBe(true);
    let hasTurn = false;
    void turns.take("b")?.then(() => (hasTurn = true));
    expect(hasTurn).toBe(false);
    await goOn();
    expect(hasTurn).toBe(true);
    expect(turns.isOver()).toBe(false);
  });

  it("go round the owners, however many batches one of them has", async () => {
    const { turns, work, goOn } = loop();
    const order: string[] = [];
    expect(turns.take("noisy")).toBeUndefined();
    work(2);
    for (const owner of ["noisy", "noisy", "noisy", "quiet"]) void turns.take(owner)?.then(() => order.push(owner));
    for (let turn = 0; turn < 4; turn++) {
      await goOn();
      work(1);
    }
    expect(order).toEqual(["noisy", "quiet", "noisy", "noisy"]);
  });

  it("let a few that wait go on together, and many not in one turn", async () => {
    const { turns, work, goOn } = loop();
    expect(turns.take("noisy")).toBeUndefined();
    work(2);
    const order: string[] = [];
    const owners = ["noisy", ...Array.from({ length: 19 }, (_, at) => `quiet-${at}`)];
    for (const owner of owners) void turns.take(owner)?.then(() => order.push(owner));
    await goOn();
    expect(order.length).toBeGreaterThan(2);
    expect(order.length).toBeLessThan(10);
    for (let turn = 0; turn < 3; turn++) {
      work(1);
      await goOn();
    }
    expect(order).toEqual(owners);
  });

  it("let an owner that has not worked begin beside one with much to do, and wait when it goes on", async () => {
    const { turns, work, goOn } = loop();
    expect(turns.take("noisy")).toBeUndefined();
    work(1.1);
    const order: string[] = [];
    void turns.take("noisy")?.then(() => order.push("noisy"));
    expect(turns.take("quiet")).toBeUndefined();
    expect(turns.isOver()).toBe(true);
    void turns.take("quiet")?.then(() => order.push("quiet"));
    expect(order).toEqual([]);
    await goOn();
    await goOn();
    expect(order).toEqual(["noisy", "quiet"]);
  });

  it("bound what begins after the slice", () => {
    const { turns, work } = loop();
    expect(turns.take("noisy")).toBeUndefined();
    work(1);
    void turns.take("noisy");
    let begun = 0;
    for (let owner = 0; owner < 100 && turns.take(`quiet-${owner}`) === undefined; owner++) {
      begun++;
      work(0.1);
    }
    expect(begun).toBeLessThan(10);
  });

  it("leave the event loop alone when there is nothing to do", async () => {
    const { turns, goOn, isIdle } = loop();
    expect(turns.take("a")).toBeUndefined();
    expect(isIdle()).toBe(false);
    await goOn();
    expect(isIdle()).toBe(true);
  });
});
