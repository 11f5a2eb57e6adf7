import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CircuitEvent, CircuitState, Circumstances, Held, Suspended } from "./circuit-state.ts";
import { closed, holdOf, isSending, transition } from "./circuit-state.ts";

const at: Circumstances = { now: 1000, random: 0.5, ordered: false, checkedAt: Number.NEGATIVE_INFINITY };
const held: Held = { kind: "held", reason: "down", probeAt: 1000, rounds: 0, skip: 0 };
const suspended: Suspended = { ...held, kind: "suspended", fix: "Renew it.", probe: "check" };
const failed: CircuitEvent = { kind: "failed", reason: "503" };
const waiting: CircuitState = { kind: "backing off", failures: 3, refusals: 1, until: 5000, isAsked: false };
const wait = { ms: 2000, isAsked: false };

const waitAfter = (rounds: number, random: number) => {
  const after = transition({ kind: "probing", of: { ...held, rounds }, tries: 2 }, failed, { ...at, random });
  return (holdOf(after)?.probeAt ?? 0) - at.now;
};

describe("a circuit", () => {
  it.each<[string, CircuitState, CircuitEvent, object]>([
    ["counts failures in a row", { ...closed, failures: 2 }, failed, { kind: "closed", failures: 3 }],
    ["counts refusals in a row", closed, { kind: "refused", reason: "400" }, { kind: "closed", refusals: 1 }],
    ["waits where it is told to", closed, { ...failed, wait }, { kind: "backing off", until: 3000, failures: 1 }],
    ["keeps the longer of two waits", waiting, { ...failed, wait }, { kind: "backing off", until: 5000 }],
    ["ends a wait when something is delivered", waiting, { kind: "delivered" }, closed],
    [
      "keeps a wait that the SIEM asked for",
      { ...waiting, isAsked: true },
      { kind: "delivered" },
      {
        kind: "backing off",
        until: 5000,
        failures: 0,
      },
    ],
    [
      "waits where the SIEM took a part, without a failure",
      { ...closed, failures: 4 },
      { kind: "busy", wait },
      {
        kind: "backing off",
        failures: 0,
      },
    ],
    [
      "holds, and probes at once, when retries are used up",
      waiting,
      { kind: "exhausted", reason: "503" },
      {
        kind: "held",
        reason: "503",
        probeAt: 1000,
      },
    ],
    [
      "holds where dead letters cannot be written",
      closed,
      { kind: "broken", reason: "ENOSPC" },
      {
        kind: "held",
        probeAt: 31_000,
      },
    ],
    [
      "is suspended, and checked after 5 s",
      closed,
      { kind: "suspend", reason: "401", probe: "check" },
      {
        kind: "suspended",
        probeAt: 6000,
        rounds: 0,
      },
    ],
    [
      "is suspended by a status, and an event probes after 2 s",
      closed,
      { kind: "suspend", reason: "400", probe: "event" },
      {
        kind: "suspended",
        probe: "event",
        probeAt: 3000,
      },
    ],
    [
      "takes a check that passed for half of the proof",
      suspended,
      { kind: "checked" },
      { probe: "event", probeAt: 1000 },
    ],
    ["probes with one event", held, { kind: "probe" }, { kind: "probing", of: held, tries: 0 }],
    ["closes when a probe is delivered", { kind: "probing", of: held, tries: 1 }, { kind: "delivered" }, closed],
    ["closes when anything else is delivered", suspended, { kind: "delivered" }, closed],
    ["does not count what was under way when it was held", held, { ...failed, wait }, held],
    [
      "tries the next event from behind one that failed",
      { kind: "probing", of: held, tries: 0 },
      failed,
      {
        kind: "probing",
        tries: 1,
        of: { skip: 1, reason: "503" },
      },
    ],
    [
      "waits after three of them",
      { kind: "probing", of: { ...held, skip: 2 }, tries: 2 },
      failed,
      {
        kind: "held",
        rounds: 1,
        skip: 3,
        probeAt: 3000,
      },
    ],
    [
      "begins at the head again when there are no more",
      { kind: "probing", of: { ...held, skip: 2 }, tries: 2 },
      { kind: "no more" },
      {
        kind: "held",
        rounds: 1,
        skip: 0,
      },
    ],
  ])("%s", (_, state, event, expected) => {
    expect(transition(state, event, at)).toMatchObject(expected);
  });

  it("never checks twice within a minute", () => {
    const event: CircuitEvent = { kind: "suspend", reason: "401", probe: "check" };
    expect(transition(closed, event, { ...at, checkedAt: 500 })).toMatchObject({ probeAt: 60_500 });
  });

  it("probes the first event alone where order is kept", () => {
    const state: CircuitState = { kind: "probing", of: held, tries: 0 };
    expect(transition(state, failed, { ...at, ordered: true })).toMatchObject({ kind: "held", skip: 0, probeAt: 3000 });
  });

  it("waits longer after each round, up to 30 s, and not in time with others", () => {
    expect([0, 1, 2, 3, 4, 9].map((rounds) => waitAfter(rounds, 0.5))).toEqual([
      2000, 4000, 8000, 16_000, 30_000, 30_000,
    ]);
    expect([waitAfter(9, 0), waitAfter(9, 0.999)]).toEqual([24_000, 35_988]);
  });

  it("closes whenever something is delivered, from any state, unless the SIEM asked to wait", () => {
    const waits = fc.record({ ms: fc.nat(100_000), isAsked: fc.boolean() });
    const event = fc.oneof(
      fc.constantFrom<CircuitEvent>(
        failed,
        { kind: "refused", reason: "400" },
        { kind: "exhausted", reason: "503" },
        { kind: "suspend", reason: "401", probe: "check" },
        { kind: "suspend", reason: "400", probe: "event" },
        { kind: "broken", reason: "ENOSPC" },
        { kind: "probe" },
        { kind: "checked" },
        { kind: "no more" },
        { kind: "delivered" },
      ),
      waits.map((each): CircuitEvent => ({ ...failed, wait: each })),
      waits.map((each): CircuitEvent => ({ kind: "busy", wait: each })),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.boolean(), (events, ordered) => {
        let state: CircuitState = closed;
        for (const [now, each] of events.entries()) state = transition(state, each, { ...at, now: now * 500, ordered });
        const after = transition(state, { kind: "delivered" }, { ...at, now: 1e9, ordered });
        expect(after).toBe(closed);
        expect(isSending(state) === (holdOf(state) === undefined)).toBe(true);
      }),
    );
  });
});
