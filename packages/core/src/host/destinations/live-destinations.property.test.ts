import fc from "fast-check";
import { describe, it } from "vitest";
import type { FakeClock } from "../../../test/fake-clock.ts";
import { anyStep, assertNothingLost } from "../../../test/live-bench.ts";
import { createMemoryFiles } from "../../../test/memory-files.ts";
import { openStore } from "../../../test/queue-bench.ts";
import { createMemoryQueueStore } from "../../delivery/queue/memory-queue-store.ts";

describe("destinations that come, change and go under load and faults", () => {
  const anySteps = fc.array(anyStep, { minLength: 5, maxLength: 60 });

  it("lose nothing and always add up, with queues in memory", async () => {
    const property = fc.asyncProperty(anySteps, (steps) =>
      assertNothingLost(steps, async () => createMemoryQueueStore()),
    );
    await fc.assert(property, { numRuns: 300 });
  });

  it("lose nothing and always add up, with queues on the disk", async () => {
    const property = fc.asyncProperty(anySteps, (steps) => assertNothingLost(steps, openQueueStore));
    await fc.assert(property, { numRuns: 150 });
  });
});

/** With so little memory that most events are read back. */
function openQueueStore(clock: FakeClock) {
  return openStore(createMemoryFiles(), { clock, segmentBytes: 4000, memoryBytes: 3000 });
}
