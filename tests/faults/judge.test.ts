import { describe, expect, it } from "vitest";
import type { Evidence, Offers } from "../../faults/src/oracle/judge.ts";
import { judge } from "../../faults/src/oracle/judge.ts";
import type { DeadLetter } from "../../faults/src/oracle/dead-letters.ts";

const DESTINATION = "siem";

/** Ten events, all acknowledged by the only process there was. */
function offers(change: Partial<Offers> = {}): Offers {
  return {
    acknowledged: new Map(Array.from({ length: 10 }, (_, index) => [index, 1])),
    lives: 1,
    id: String,
    indexOf: Number,
    timesOffered: (index) => (index >= 0 && index < 10 ? 1 : 0),
    wants: () => true,
    ...change,
  };
}

function evidence(change: Partial<Evidence> = {}): Evidence {
  const storedIds = Array.from({ length: 10 }, (_, index) => String(index));
  return {
    destination: DESTINATION,
    storedIds,
    deadLetters: [],
    queued: 0,
    confessed: 0,
    spoiled: [],
    misplaced: [],
    ...change,
  };
}

function deadLetter(eventId: string, ambiguous = false): DeadLetter {
  return {
    id: `${eventId}-dead`,
    destination: DESTINATION,
    eventId,
    stage: "send",
    reason: "503",
    ambiguous,
    event: {},
  };
}

const allButTheFourth = (_: string, index: number) => index !== 4;
const without = (...missing: string[]) => evidence().storedIds.filter((id) => !missing.includes(id));

describe("the judge of a fault run", () => {
  it("is content when every event is stored", () => {
    expect(judge(evidence(), offers())).toMatchObject({ stored: 10, repeated: 0, lost: [], problems: [] });
  });

  it("finds an event that is nowhere", () => {
    const verdict = judge(evidence({ storedIds: without("4", "7") }), offers());
    expect(verdict).toMatchObject({ lost: ["4", "7"], problems: [expect.stringContaining("4, 7")] });
  });

  it("lets the queue account for as many as it holds", () => {
    expect(judge(evidence({ storedIds: without("4", "7"), queued: 2 }), offers()).problems).toEqual([]);
    expect(judge(evidence({ storedIds: without("4", "7"), queued: 1 }), offers()).lost).toEqual(["4", "7"]);
  });

  it("counts repeats, and finds nothing wrong with them", () => {
    const storedIds = [...evidence().storedIds, "3", "3"];
    expect(judge(evidence({ storedIds }), offers())).toMatchObject({ stored: 10, repeated: 2, problems: [] });
  });

  it("takes a dead letter for an account, and for no excuse to have stored the event", () => {
    expect(judge(evidence({ storedIds: without("4"), deadLetters: [deadLetter("4")] }), offers()).problems).toEqual([]);
    expect(judge(evidence({ deadLetters: [deadLetter("4")] }), offers()).problems).toHaveLength(1);
  });

  it("lets an ambiguous dead letter be about a stored event", () => {
    expect(judge(evidence({ deadLetters: [deadLetter("4", true)] }), offers())).toMatchObject({
      ambiguous: 1,
      problems: [],
    });
  });

  it("counts as unaware the dead letters of a process that inherited the event", () => {
    expect(judge(evidence({ deadLetters: [deadLetter("4")] }), offers({ lives: 2 }))).toMatchObject({
      unaware: 1,
      problems: [],
    });
  });

  it("finds two dead letters about one event that was offered once", () => {
    const deadLetters = [deadLetter("4", true), deadLetter("4", true)];
    expect(judge(evidence({ deadLetters }), offers()).problems).toHaveLength(1);
    expect(judge(evidence({ deadLetters }), offers({ timesOffered: () => 2 })).problems).toEqual([]);
  });

  it("finds an event that nobody offered", () => {
    expect(judge(evidence({ storedIds: [...evidence().storedIds, "11"] }), offers()).problems).toHaveLength(1);
  });

  it("finds an event that the filter should have kept away", () => {
    const wants = allButTheFourth;
    expect(judge(evidence(), offers({ wants })).problems).toHaveLength(1);
    expect(judge(evidence({ storedIds: without("4") }), offers({ wants })).problems).toEqual([]);
  });

  it("calls nothing lost that the log of a SIEM without answers has confessed", () => {
    const storedIds = without("4", "7");
    expect(judge(evidence({ storedIds, confessed: 2 }), offers())).toMatchObject({ lost: [], unproven: 2 });
    expect(judge(evidence({ storedIds, confessed: 1 }), offers())).toMatchObject({ lost: ["4", "7"], unproven: 0 });
  });
});
