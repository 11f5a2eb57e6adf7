import { expect, it, vi } from "vitest";
import { createFastClock } from "./fast-clock.ts";

it("runs a thousand times faster, and stands still with a process that the machine does not run", () => {
  let real = 0;
  const clock = createFastClock(1, () => real);
  real += 3;
  expect(clock.elapsed()).toBe(3000);
  real += 60_000;
  expect(clock.elapsed()).toBe(8000);
});

it("never runs an action early, however early a timer of the system fires", () => {
  vi.useFakeTimers();
  try {
    let real = 0;
    const clock = createFastClock(1, () => real);
    const action = vi.fn<() => void>();
    clock.after(3000, action);
    real += 2.9;
    vi.advanceTimersByTime(3);
    expect(action).not.toHaveBeenCalled();
    real += 0.1;
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledOnce();
  } finally {
    vi.useRealTimers();
  }
});
