import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { retryDelayMs } from "./retry-policy.ts";

const documented = { baseMs: 1000, capMs: 300_000, jitter: "none" } as const;

describe("retryDelayMs", () => {
  it("doubles from one second as documented, up to the cap", () => {
    const waits = [1, 2, 3, 4, 9, 10, 99].map((retry) => retryDelayMs({ retry, random: 0.3 }, documented));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 256_000, 300_000, 300_000]);
  });

  it("never waits less than half of it, nor less than the SIEM asked for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.float({ min: 0, max: Math.fround(0.999), noNaN: true }),
        fc.nat(900_000),
        (retry, random, afterMs) => {
          const full = retryDelayMs({ retry, random: 0 }, documented);
          const wait = retryDelayMs({ retry, random, afterMs }, { ...documented, jitter: "full" });
          expect(wait).toBeGreaterThanOrEqual(Math.max(full / 2, afterMs));
          expect(wait).toBeLessThanOrEqual(Math.max(full, afterMs));
        },
      ),
    );
  });
});
