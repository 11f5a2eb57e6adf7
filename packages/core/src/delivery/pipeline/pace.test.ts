import { describe, expect, it } from "vitest";
import { Pace, untilOpen } from "./pace.ts";

const MINUTE = 60_000;
const at = (text: string) => Date.parse(`2026-11-30T${text}:00Z`);
const night = { startMinute: 22 * 60, endMinute: 6 * 60 };
const noon = { startMinute: 12 * 60, endMinute: 12 * 60 + 30 };

describe("a delivery window", () => {
  it.each([
    ["21:59", 1],
    ["22:00", 0],
    ["23:30", 0],
    ["00:00", 0],
    ["05:59", 0],
    ["06:00", 16 * 60],
  ])("over midnight opens, seen at %s, in %i minutes", (time, minutes) => {
    expect(untilOpen([night], at(time))).toBe(minutes * MINUTE);
  });

  it.each([
    ["11:00", 60],
    ["12:29", 0],
    ["12:30", 9 * 60 + 30],
    ["22:01", 0],
  ])("is the next one of several: seen at %s, in %i minutes", (time, minutes) => {
    expect(untilOpen([night, noon], at(time))).toBe(minutes * MINUTE);
  });

  it("is always open where there is none", () => {
    expect(untilOpen([], at("03:00"))).toBe(0);
  });
});

describe("a bound of bytes a second", () => {
  it("lets the next body wait for the time that the last ones are allowed to take", () => {
    const pace = new Pace({ maxBytesPerSecond: 1000 });
    expect(pace.waitMs(0, 100)).toBe(0);
    pace.sent(2000, 100);
    pace.sent(500, 100);
    expect(pace.waitMs(0, 100)).toBe(2500);
    expect(pace.waitMs(0, 2599)).toBe(1);
    expect(pace.waitMs(0, 2600)).toBe(0);
  });

  it("saves nothing up while nothing is sent", () => {
    const pace = new Pace({ maxBytesPerSecond: 1000 });
    pace.sent(1000, 0);
    pace.sent(1000, 60_000);
    expect(pace.waitMs(0, 60_000)).toBe(1000);
  });

  it("is none where none is set", () => {
    const pace = new Pace({});
    pace.sent(1e12, 0);
    expect(pace.waitMs(0, 0)).toBe(0);
  });
});
