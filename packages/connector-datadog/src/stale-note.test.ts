import { silentLogger } from "@arbitex/core";
import { expect, it } from "vitest";
import { createStaleNote } from "./stale-note.ts";
import { MAX_AGE_MS } from "./window.ts";

it("warns when stale events begin to come, counts them all, and warns again after a quiet while", () => {
  const warnings: object[] = [];
  let now = 1e12;
  const old = () => ({ time: now - MAX_AGE_MS - 1 });
  const note = createStaleNote({
    now: () => now,
    logger: { ...silentLogger, warn: (facts) => warnings.push(facts) },
  });
  note([{ time: now }]);
  expect(warnings).toEqual([]);
  note([{ time: now }, old(), old()]);
  note([old()]);
  expect(warnings).toEqual([{ count: 2, total: 2 }]);
  now += 3_600_000;
  note([old()]);
  expect(warnings.slice(1)).toEqual([{ count: 1, total: 4 }]);
});
