import { describe, expect, it } from "vitest";
import { misplacedEvents } from "../../faults/src/oracle/order.ts";

/** Two requests one after the other with two events each, and one at the same time as both. */
const posts: Readonly<Record<string, readonly [number, number]>> = {
  e0: [0, 10],
  e1: [0, 10],
  e2: [20, 30],
  e3: [20, 30],
  e4: [1, 40],
};

function misplaced(...ids: readonly string[]) {
  return misplacedEvents(ids, (id) => {
    const [postedAt, acknowledgedAt] = posts[id] ?? [];
    if (postedAt === undefined || acknowledgedAt === undefined) return undefined;
    return { index: Number(id.slice(1)), postedAt, acknowledgedAt };
  });
}

describe("the order of events at a SIEM", () => {
  it("is right as it was published, also with repeats and gaps, and with one that was posted meanwhile", () => {
    expect(misplaced("e0", "e1", "e2", "e3", "e4")).toEqual([]);
    expect(misplaced("e4", "e0", "e1", "e0", "e2", "e1", "e3")).toEqual([]);
    expect(misplaced("e0", "e4", "e3")).toEqual([]);
  });

  it("is wrong where a later request came first", () => {
    expect(misplaced("e2", "e0", "e1", "e3")).toEqual(["e0", "e1"]);
  });

  it("is wrong where the events of one request have changed places", () => {
    expect(misplaced("e1", "e0", "e2", "e3")).toEqual(["e0"]);
  });

  it("is not judged where an event was posted more than once", () => {
    expect(misplaced("e2", "unsure", "e3")).toEqual([]);
  });
});
