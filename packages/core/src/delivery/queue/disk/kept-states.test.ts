import { describe, expect, it } from "vitest";
import type { AckState } from "./ack-state.ts";
import { KeptStates } from "./kept-states.ts";
import { newSegment } from "./segment.ts";

const upTo = (cursor: number): AckState => ({ cursor, ranges: [] });
const log = (firstSequence: number) => newSegment(1, "1.log", { kind: "log", owner: undefined, firstSequence });
const backlog = (owner: string, firstSequence: number) =>
  newSegment(2, "2.backlog", { kind: "backlog", owner, firstSequence });

function idsKept(states: readonly (readonly [string, AckState])[], ...files: readonly ReturnType<typeof log>[]) {
  const kept = new KeptStates(states, () => files);
  kept.dropUnneeded();
  return kept.entries().map(([id]) => id);
}

describe("what is settled of a destination", () => {
  it("is kept while a log can hold an event from before its end", () => {
    expect(
      idsKept(
        [
          ["a", upTo(10)],
          ["b", upTo(11)],
        ],
        log(10),
        log(20),
      ),
    ).toEqual(["b"]);
  });

  it("ends behind its last range, not at its cursor", () => {
    expect(idsKept([["a", { cursor: 3, ranges: [[8, 12]] }]], log(10))).toEqual(["a"]);
  });

  it("is kept while the destination's own backlog can hold one, and not for that of another", () => {
    expect(
      idsKept(
        [
          ["a", upTo(10)],
          ["b", upTo(10)],
        ],
        backlog("a", 4),
        log(30),
      ),
    ).toEqual(["a"]);
  });

  it("is not kept when there is no file", () => {
    expect(idsKept([["a", upTo(10)]])).toEqual([]);
  });

  it("does not add up over destinations that come and go", () => {
    let firstSequence = 1;
    const kept = new KeptStates([], () => [log(firstSequence)]);
    let most = 0;
    for (let sequence = 1; sequence < 5000; sequence++) {
      if (sequence % 100 === 0) firstSequence = sequence;
      kept.set(`d${sequence}`, upTo(sequence + 1));
      most = Math.max(most, kept.size);
    }
    expect(most).toBeLessThan(400);
  });
});
