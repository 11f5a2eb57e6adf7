import { simulators } from "@arbitex/simulators";
import { describe, expect, it } from "vitest";
import { makeSchedule } from "../../faults/src/schedule/make-schedule.ts";
import { isStrikeable } from "../../faults/src/siems/strikeable.ts";

const types = Object.keys(simulators);
const seeds = Array.from({ length: 300 }, (_, seed) => seed);

describe("a schedule of faults", () => {
  it("is made from its seed alone", () => {
    for (const seed of seeds) {
      expect(makeSchedule({ seed, store: "disk", types })).toEqual(makeSchedule({ seed, store: "disk", types }));
    }
  });

  it("lets every kind of fault strike sooner or later", () => {
    const steps = seeds.flatMap((seed) => makeSchedule({ seed, store: "disk", types }).steps);
    const rules = steps.flatMap((step) => (step.kind === "strike" ? step.rules : []));
    expect(new Set(steps.map(({ kind }) => kind)).size).toBe(6);
    expect(new Set(rules.map(({ kind }) => kind)).size).toBe(10);
  });

  it("strikes only with what the SIEM can do", () => {
    for (const { steps } of seeds.map((seed) => makeSchedule({ seed, store: "disk", types }))) {
      for (const step of steps) {
        if (step.kind !== "strike") continue;
        expect(step.rules.every((rule) => isStrikeable(step.type, rule))).toBe(true);
        expect(step.rules.reduce((sum, { rate = 1 }) => sum + rate, 0)).toBeLessThanOrEqual(1.000001);
      }
    }
  });

  it("kills no server that keeps its queue in memory, and ends none that cannot write its dead letters", () => {
    for (const { steps } of seeds.map((seed) => makeSchedule({ seed, store: "memory", types }))) {
      const kinds = new Set(steps.map((step) => (step.kind === "end-server" ? step.signal : step.kind)));
      expect(kinds).not.toContain("SIGKILL");
      const ends = kinds.has("SIGTERM") || kinds.has("reconfigure");
      expect(ends && kinds.has("break-disk")).toBe(false);
    }
  });
});
