import { expect, it } from "vitest";
import { createWriteWindow } from "./write-window.ts";

const { signal } = new AbortController();

it("lets as much be under way as fits, and the next when one is through", async () => {
  const window = createWriteWindow(100);
  const entered = [await window.enter(60, signal), await window.enter(40, signal)];
  const third = watched(window.enter(1, signal));
  await third.turns();
  expect([...entered, third.outcome]).toEqual([true, true, undefined]);
  window.leave(60, "proven");
  expect(await third.settled).toBe(true);
});

it("lets a single body pass whatever its size", async () => {
  const window = createWriteWindow(100);
  expect(await window.enter(1000, signal)).toBe(true);
});

it("lets one at a time pass after a loss, and more with each that gets through", async () => {
  const window = createWriteWindow(1000);
  await window.enter(10, signal);
  window.leave(10, "lost");
  const inParallel: number[] = [];
  for (let round = 0; round < 4; round++) {
    const tries = Array.from({ length: 8 }, () => watched(window.enter(10, signal)));
    await tries[0]?.turns();
    const entered = tries.filter(({ outcome }) => outcome === true).length;
    inParallel.push(entered);
    for (const { settled } of tries) {
      await settled;
      window.leave(10, round === 0 ? "unwritten" : "proven");
    }
  }
  expect(inParallel).toEqual([1, 1, 8, 8]);
});

it("lets nobody wait whose signal aborts, and those behind take the place", async () => {
  const window = createWriteWindow(100);
  await window.enter(90, signal);
  const impatient = new AbortController();
  const large = watched(window.enter(50, impatient.signal));
  const small = watched(window.enter(5, signal));
  await small.turns();
  expect(small.outcome).toBeUndefined();
  impatient.abort();
  expect([await large.settled, await small.settled]).toEqual([false, true]);
  expect(await window.enter(1, impatient.signal)).toBe(false);
});

function watched(settled: Promise<boolean>) {
  const state: { readonly settled: Promise<boolean>; outcome: boolean | undefined; turns: () => Promise<void> } = {
    settled,
    outcome: undefined,
    turns: () => new Promise((resolve) => setImmediate(resolve)),
  };
  void note();
  return state;

  async function note(): Promise<void> {
    state.outcome = await settled;
  }
}
