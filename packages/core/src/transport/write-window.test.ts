import fc from "fast-check";
import { expect, it } from "vitest";
import type { Passage } from "./write-window.ts";
import { createWriteWindow } from "./write-window.ts";

const { signal } = new AbortController();

it("lets as much be under way as fits, and the next when one is through", async () => {
  const { bodyOf } = windowOf(100);
  const bodies = [bodyOf(60), bodyOf(40), bodyOf(1)];
  await turns();
  expect(bodies.map(({ isUnderWay }) => isUnderWay())).toEqual([true, true, false]);
  bodies[0]?.end("proven");
  await turns();
  expect(bodies[2]?.isUnderWay()).toBe(true);
});

it("lets a single body pass whatever its size", async () => {
  const body = windowOf(100).bodyOf(1000);
  await turns();
  expect(body.isUnderWay()).toBe(true);
});

it("lets one at a time pass after a loss, and more with each that gets through", async () => {
  const { bodyOf } = windowOf(1000);
  const first = bodyOf(10);
  await turns();
  first.end("lost");
  await first.outcome;
  const inParallel: number[] = [];
  for (let round = 0; round < 4; round++) {
    const bodies = Array.from({ length: 8 }, () => bodyOf(10));
    await turns();
    inParallel.push(bodies.filter(({ isUnderWay }) => isUnderWay()).length);
    for (const { end } of bodies) end(round === 0 ? "unwritten" : "proven");
    await Promise.all(bodies.map(({ outcome }) => outcome));
  }
  expect(inParallel).toEqual([1, 1, 8, 8]);
});

it("lets nobody wait whose signal aborts, and those behind take the place", async () => {
  const { bodyOf } = windowOf(100);
  bodyOf(90);
  const impatient = new AbortController();
  const large = bodyOf(50, impatient.signal);
  const small = bodyOf(5);
  await turns();
  expect(small.isUnderWay()).toBe(false);
  impatient.abort();
  expect(await large.outcome).toBe("not written");
  await turns();
  expect([large.isUnderWay(), small.isUnderWay()]).toEqual([false, true]);
  expect(await bodyOf(1, impatient.signal).outcome).toBe("not written");
});

it("frees a body's place also when writing it throws, and counts that as a loss", async () => {
  const { window, bodyOf } = windowOf(100);
  const broken = window.pass(50, signal, () => Promise.reject(new Error("broken")));
  await expect(broken).rejects.toThrow("broken");
  const bodies = [bodyOf(10), bodyOf(10)];
  await turns();
  expect(bodies.map(({ isUnderWay }) => isUnderWay())).toEqual([true, false]);
});

it("lets the next body pass after any history of bodies", async () => {
  const ends = fc.constantFrom("proven", "lost", "unwritten", "throws", "given up");
  const history = fc.array(fc.tuple(fc.nat(200), ends), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(history, async (bodies) => {
      const { bodyOf } = windowOf(100);
      const passing = bodies.map(([bytes, how]) => {
        const impatient = new AbortController();
        return { ...bodyOf(bytes, impatient.signal), impatient, how };
      });
      for (const { how, end: endBody, impatient } of passing) {
        await Promise.resolve();
        if (how === "given up") impatient.abort();
        endBody(how === "given up" ? "lost" : how);
      }
      await Promise.all(passing.map(({ outcome }) => outcome));
      const next = bodyOf(100);
      await turns();
      expect(next.isUnderWay()).toBe(true);
    }),
    { numRuns: 50 },
  );
});

type End = Passage | "throws";

function windowOf(maxBytes: number) {
  const window = createWriteWindow(maxBytes);
  return { window, bodyOf };

  function bodyOf(bytes: number, aborted: AbortSignal = signal) {
    let isUnderWay = false;
    let settle: (how: End) => void = ignore;
    const ended = new Promise<End>((resolve) => {
      settle = resolve;
    });
    const passed = window.pass(bytes, aborted, async () => {
      isUnderWay = true;
      const passage = await ended;
      if (passage === "throws") throw new Error("broken");
      return { passage };
    });
    const outcome = passed.then(
      (result) => result?.passage ?? "not written",
      () => "thrown",
    );
    return { outcome, end: settle, isUnderWay: () => isUnderWay };
  }
}

function ignore(): void {}

function turns(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
