import type { DestinationCounters, Histogram } from "@arbitex/core/host";
import { SEND_SECONDS_BOUNDS } from "@arbitex/core/host";
import { beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../core/test/fake-clock.ts";
import { openActivity } from "./activity.ts";
import { quantileOf } from "./quantile.ts";
import { Ring } from "./ring.ts";
import { silenceOf } from "./silence.ts";

const MINUTE_MS = 60_000;
const STEP_MS = 600_000;
let clock: ReturnType<typeof createFakeClock>;
let counters: Map<string, DestinationCounters>;
/** Attempts so far, all of a tenth of a second. */
let attempts: number;

beforeEach(() => {
  clock = createFakeClock();
  counters = new Map();
  attempts = 0;
});

function open() {
  return openActivity({ clock, host: { forEachCounters: (visit) => [...counters.values()].forEach(visit) } });
}

function sendSeconds(): Histogram {
  const buckets = SEND_SECONDS_BOUNDS.map((bound) => (bound >= 0.1 ? attempts : 0));
  return { buckets, count: attempts, sum: attempts / 10 };
}

function count(id: string, more: Partial<DestinationCounters>): void {
  const none = { accepted: 0, delivered: 0, deadLettered: 0, filtered: 0, queued: 0, orgId: null };
  counters.set(id, { ...none, ...counters.get(id), ...more, id, sendSeconds });
}

describe("the activity of a destination", () => {
  it("holds what came and went, minute by minute and over the day", async () => {
    const activity = open();
    count("soc", { accepted: 10, delivered: 6, filtered: 1, queued: 3 });
    attempts = 2;
    await clock.advance(MINUTE_MS);
    count("soc", { accepted: 12, delivered: 10, deadLettered: 1, queued: 0 });
    await clock.advance(MINUTE_MS);
    const { hour, day } = activity.of("soc") ?? {};
    expect(hour?.delivered.filter((each) => each > 0)).toEqual([6, 4]);
    expect(hour?.deadLettered.filter((each) => each > 0)).toEqual([1]);
    expect(hour?.queued.filter((each) => each !== undefined).slice(-1)).toEqual([0]);
    expect(hour?.latencyP50.filter((each) => each !== undefined)).toEqual([0.075]);
    expect([hour?.delivered.length, day?.delivered.length]).toEqual([60, 144]);
    expect(day?.delivered.reduce((sum, each) => sum + each)).toBe(10);
    activity.close();
  });

  it("is nothing before its first event, and is forgotten with the destination", async () => {
    const activity = open();
    count("soc", {});
    await clock.advance(MINUTE_MS);
    expect(activity.of("soc")).toBeUndefined();
    count("soc", { accepted: 1 });
    await clock.advance(MINUTE_MS);
    expect(activity.of("soc")).toBeDefined();
    counters.clear();
    await clock.advance(MINUTE_MS);
    expect(activity.of("soc")).toBeUndefined();
    activity.close();
  });

  it("counts on when its destination is opened anew", async () => {
    const activity = open();
    count("soc", { accepted: 100, delivered: 100 });
    await clock.advance(MINUTE_MS);
    count("soc", { accepted: 5, delivered: 5 });
    await clock.advance(MINUTE_MS);
    expect(activity.of("soc")?.day.delivered.reduce((sum, each) => sum + each)).toBe(105);
    activity.close();
  });
});

describe("a ring", () => {
  const sample = { accepted: 1, delivered: 1, deadLettered: 0, filtered: 0, queued: 7, attempts: [] };

  it("forgets what is older than it is long, and keeps what a clock set back would erase", () => {
    const ring = new Ring({ stepMs: 1000, steps: 3, now: 10_000 });
    ring.add(10_000, sample);
    ring.add(11_500, sample);
    ring.add(9000, sample);
    expect(ring.series(11_999)).toMatchObject({ until: 12_000, delivered: [0, 1, 2], queued: [undefined, 7, 7] });
    expect(ring.series(13_000).delivered).toEqual([2, 0, 0]);
    expect(ring.series(1_000_000)).toMatchObject({ delivered: [0, 0, 0], queued: [7, 7, 7] });
  });
});

/** Counts by the number of their bound. */
function counts(entries: Readonly<Record<number, number>>): readonly number[] {
  return [...SEND_SECONDS_BOUNDS, Number.POSITIVE_INFINITY].map((_, index) => entries[index] ?? 0);
}

describe("a quantile", () => {
  it("is spread evenly within its bounds", () => {
    expect(quantileOf(counts({ 0: 100 }), 0.5)).toBeCloseTo(0.0025);
    expect(quantileOf(counts({ 0: 50, 3: 50 }), 0.95)).toBeCloseTo(0.025 + 0.9 * 0.025);
    expect(quantileOf(counts({ 13: 5 }), 0.5)).toBe(60);
    expect(quantileOf(counts({}), 0.5)).toBeNaN();
  });
});

describe("silence", () => {
  const UNTIL = 144 * STEP_MS;
  /** A day by step, the last one under way. */
  const day = (of: (step: number) => number, knownSince = 0) =>
    silenceOf({
      accepted: Array.from({ length: 144 }, (_, step) => of(step)),
      stepSeconds: 600,
      until: UNTIL,
      knownSince,
    });

  it("is an hour without an event where each hour before had some", () => {
    expect(day((step) => (step < 137 ? 20 : 0))).toEqual({ since: UNTIL - 7 * STEP_MS, usualPerHour: 120 });
  });

  it("is not a shorter while, nor one that has ended", () => {
    expect(day((step) => (step < 138 ? 20 : 0))).toBeUndefined();
    expect(day((step) => (step < 137 || step === 143 ? 20 : 0))).toBeUndefined();
  });

  it("is not the evening after office hours, nor a destination that seldom has events", () => {
    expect(day((step) => (step > 48 && step < 96 ? 20 : 0))).toBeUndefined();
    expect(day((step) => (step % 24 === 0 ? 1 : 0))).toBeUndefined();
    expect(day(() => 0)).toBeUndefined();
  });

  it("is not known to a server that has just started", () => {
    expect(day((step) => (step >= 120 && step < 137 ? 20 : 0), UNTIL - 24 * STEP_MS)).toBeUndefined();
    expect(day((step) => (step >= 90 && step < 137 ? 20 : 0), UNTIL - 54 * STEP_MS)).toBeDefined();
  });
});
