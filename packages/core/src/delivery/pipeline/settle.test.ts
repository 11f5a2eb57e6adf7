import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventFailure, SendResult } from "../../connector/send-result.ts";
import type { Scene, SentSubBatch, SettlePolicy } from "./settle.ts";
import { refusalsAllowed, settle } from "./settle.ts";

const dying: SettlePolicy = { maxRetries: 3, onExhausted: "dead-letter", ordered: false };
const holding: SettlePolicy = { ...dying, onExhausted: "hold" };
const ordered: SettlePolicy = { ...holding, ordered: true };

/** A destination of which nothing is known yet. */
const fresh: Scene = {
  stance: "sending",
  othersPass: false,
  othersPassSinceRefusal: false,
  hasDelivered: false,
  failures: 0,
  refusals: 0,
  hasOthers: false,
};
/** One that has just delivered something. */
const well: Scene = { ...fresh, hasDelivered: true, hasOthers: true };
const othersPass: Scene = { ...well, othersPass: true, othersPassSinceRefusal: true, failures: 9 };
/** One that takes nothing any more. */
const down: Scene = { ...well, failures: 9, refusals: 99, hasOthers: false };

function subBatch(
  size: number,
  { retries = 0, strikes = 0, isSuspect = true, batchSize = size, isUsualSize = true } = {},
): SentSubBatch {
  return { size, retries, strikes, isSuspect, batchSize, isUsualSize };
}

const busy: SendResult = { kind: "retry", reason: "503" };
const three = subBatch(3);

describe("settle", () => {
  it("delivers all of an accepted sub-batch", () => {
    expect(settle(three, { kind: "accepted" }, dying, fresh)).toEqual({
      deadLetters: [],
      again: [],
      requeue: [],
      next: { kind: "go on" },
    });
  });

  it("requeues everything when the destination must be suspended", () => {
    expect(settle(three, { kind: "suspend", reason: "401", fix: "Renew it." }, dying, well)).toMatchObject({
      requeue: [0, 1, 2],
      next: { kind: "suspend", reason: "401", fix: "Renew it." },
    });
  });

  it.each<[string, SentSubBatch, SettlePolicy, Scene, object]>([
    [
      "waits and sends the same again where nothing was delivered yet",
      three,
      dying,
      fresh,
      {
        again: [{ indexes: [0, 1, 2], when: "now", isRetry: true }],
        next: { kind: "failed", wait: true },
      },
    ],
    [
      "sends it again at once, unwaited, where something was delivered just before",
      subBatch(3, { isSuspect: false }),
      holding,
      well,
      {
        again: [{ indexes: [0, 1, 2], when: "now", isRetry: false, isSuspect: true }],
        next: { kind: "failed", wait: false },
      },
    ],
    [
      "halves it, unwaited, when it fails again where something was delivered just before",
      three,
      holding,
      well,
      {
        again: [
          { indexes: [0], isRetry: false },
          { indexes: [1, 2], isRetry: false },
        ],
        next: { kind: "failed", wait: false },
      },
    ],
    [
      "halves it at once where others pass",
      three,
      holding,
      othersPass,
      {
        again: [
          { indexes: [0], isRetry: false },
          { indexes: [1, 2], isRetry: false },
        ],
      },
    ],
    [
      "waits where several attempts in a row have failed",
      three,
      holding,
      down,
      {
        again: [{ indexes: [0, 1, 2], when: "now", isRetry: true }],
        next: { kind: "failed", wait: true },
      },
    ],
    [
      "holds when retries are used up and nothing passes",
      subBatch(3, { retries: 3 }),
      holding,
      down,
      {
        requeue: [0, 1, 2],
        next: { kind: "exhausted", reason: "503" },
      },
    ],
    [
      "tries single ones before all is given up",
      subBatch(5, { retries: 3 }),
      dying,
      down,
      {
        again: [{ indexes: [0] }, { indexes: [2] }, { indexes: [4] }, { indexes: [1, 3], doubt: "exhausted" }],
      },
    ],
    [
      "puts a lone event aside where others pass",
      subBatch(1),
      holding,
      othersPass,
      {
        again: [{ indexes: [0], when: "aside", isRetry: true }],
        next: { kind: "failed", wait: false },
      },
    ],
    [
      "dead-letters a lone event when retries are used up",
      subBatch(1, { retries: 3 }),
      dying,
      well,
      {
        deadLetters: [{ index: 0, stage: "send", reason: "503" }],
      },
    ],
    [
      "holds with a lone event when nothing passes",
      subBatch(1, { retries: 3 }),
      holding,
      well,
      {
        requeue: [0],
        next: { kind: "exhausted" },
      },
    ],
    [
      "is patient with a lone event while others pass",
      subBatch(1, { retries: 9, strikes: 3 }),
      holding,
      othersPass,
      {
        again: [{ indexes: [0], when: "aside" }],
      },
    ],
    [
      "dead-letters a lone event that failed again and again while others pass",
      subBatch(1, { strikes: 4 }),
      holding,
      othersPass,
      {
        deadLetters: [{ index: 0, stage: "send" }],
      },
    ],
    [
      "puts nothing aside where order is kept",
      subBatch(1),
      ordered,
      othersPass,
      {
        again: [{ indexes: [0], when: "now", isRetry: true }],
        next: { kind: "failed", wait: true },
      },
    ],
    [
      "gives back what fails as a probe",
      subBatch(1),
      holding,
      { ...down, stance: "probing" },
      {
        requeue: [0],
        next: { kind: "failed", wait: false },
      },
    ],
    ["gives back what fails at the end", three, dying, { ...well, stance: "ending" }, { requeue: [0, 1, 2] }],
  ])("of a failure: %s", (_, sent, policy, scene, expected) => {
    expect(settle(sent, busy, policy, scene)).toMatchObject({ deadLetters: [], requeue: [], again: [], ...expected });
  });

  it("waits as the SIEM asked before it takes the events for the reason", () => {
    const asked: SendResult = { ...busy, afterMs: 2000 };
    expect(settle(three, asked, holding, othersPass)).toMatchObject({
      again: [{ indexes: [0, 1, 2], when: "now", isRetry: true }],
      next: { kind: "failed", wait: true, afterMs: 2000 },
    });
    expect(settle(subBatch(3, { retries: 3 }), asked, holding, othersPass).again).toHaveLength(2);
  });

  const bad: SendResult = { kind: "rejected", reason: "400", confirmed: false };
  const confirmed: SendResult = { kind: "rejected", reason: "400" };
  const large: SendResult = { kind: "too-large", reason: "413" };
  const lone = subBatch(1, { batchSize: 3 });

  it.each<[string, SentSubBatch, SendResult, Scene, object]>([
    ["is halved", three, bad, well, { again: [{ indexes: [0] }, { indexes: [1, 2] }], next: { kind: "refused" } }],
    ["is halved, in the SIEM's own words", three, confirmed, down, { again: [{ indexes: [0] }, { indexes: [1, 2] }] }],
    ["is halved, too large", three, large, well, { again: [{ indexes: [0] }, { indexes: [1, 2] }] }],
    [
      "is final in the SIEM's own words",
      subBatch(1),
      confirmed,
      down,
      { deadLetters: [{ index: 0, stage: "rejected" }] },
    ],
    ["is final where others pass", lone, bad, othersPass, { deadLetters: [{ index: 0, stage: "rejected" }] }],
    ["is final where others pass, too large", lone, large, othersPass, { deadLetters: [{ index: 0, stage: "limit" }] }],
    ["waits for others to pass", lone, bad, well, { again: [{ indexes: [0], when: "later", doubt: "refused" }] }],
    [
      "suspends where nothing else is left",
      lone,
      bad,
      { ...well, hasOthers: false },
      {
        requeue: [0],
        next: { kind: "suspend", reason: "400", fix: expect.stringContaining("on the way") },
      },
    ],
    ["suspends where nothing passes", three, bad, down, { requeue: [0, 1, 2], next: { kind: "suspend" } }],
    ["suspends where nothing passes, too large", three, large, down, { requeue: [0, 1, 2], next: { kind: "suspend" } }],
    [
      "is final for one large event alone",
      subBatch(1, { isUsualSize: false }),
      large,
      fresh,
      {
        deadLetters: [{ index: 0, stage: "limit" }],
      },
    ],
    [
      "is not believed of a body that was taken before",
      subBatch(1),
      large,
      fresh,
      { requeue: [0], next: { kind: "suspend" } },
    ],
    [
      "gives a probe back",
      subBatch(1),
      bad,
      { ...down, stance: "probing" },
      { requeue: [0], next: { kind: "refused" } },
    ],
  ])("a refusal %s", (_, sent, result, scene, expected) => {
    expect(settle(sent, result, holding, scene)).toMatchObject({
      deadLetters: [],
      requeue: [],
      again: [],
      ...expected,
    });
  });

  it("allows as many refusals in a row as finding one bad event may take", () => {
    expect([1, 2, 100, 1000].map(refusalsAllowed)).toEqual([1, 3, 15, 21]);
  });

  const failures: EventFailure[] = [
    { index: 2, outcome: "retry", reason: "429" },
    { index: 0, outcome: "retry", reason: "429" },
    { index: 3, outcome: "rejected", reason: "mapping" },
  ];

  it("dead-letters the rejected, keeps the retryable in order, and delivers the rest of a partial answer", () => {
    const plan = settle(subBatch(5), { kind: "partial", failures }, dying, fresh);
    expect(plan.deadLetters).toEqual([{ index: 3, stage: "rejected", reason: "mapping" }]);
    expect(plan).toMatchObject({ again: [{ indexes: [0, 2], isRetry: false }], next: { kind: "busy" } });
  });

  it("lets a few events wait by themselves where the SIEM took most", () => {
    expect(settle(subBatch(50), { kind: "partial", failures }, dying, fresh)).toMatchObject({
      again: [{ indexes: [0, 2], when: "aside", isRetry: false }],
      next: { kind: "go on" },
    });
  });

  it("does not count it as a retry when the SIEM stopped before an event, or took a part", () => {
    const stopped: EventFailure[] = [
      { index: 1, outcome: "rejected", reason: "code 6" },
      { index: 2, outcome: "unprocessed", reason: "code 6" },
    ];
    expect(settle(subBatch(3, { retries: 3 }), { kind: "partial", failures: stopped }, dying, fresh).again).toEqual([
      { indexes: [2], when: "now", isRetry: false },
    ]);
    const rest: EventFailure[] = [1, 2].map((index) => ({ index, outcome: "retry", reason: "busy" }));
    expect(settle(subBatch(3, { retries: 3 }), { kind: "partial", failures: rest }, dying, fresh)).toMatchObject({
      again: [{ indexes: [1, 2], isRetry: false }],
      deadLetters: [],
    });
  });

  it("counts it as a retry when the SIEM stopped before the first event and nothing was done", () => {
    const all: EventFailure[] = [0, 1].map((index) => ({ index, outcome: "unprocessed", reason: "?" }));
    expect(settle(subBatch(2), { kind: "partial", failures: all }, dying, fresh).again).toMatchObject([
      { indexes: [0, 1], isRetry: true },
    ]);
  });

  it("puts every event in exactly one place, whatever the verdict, the policy and the scene", () => {
    const outcome = fc.constantFrom<EventFailure["outcome"]>("rejected", "retry", "unprocessed");
    const verdict = fc.oneof(
      fc.constantFrom<SendResult>({ kind: "accepted" }, busy, { ...busy, afterMs: 9 }, large, bad, confirmed, {
        kind: "suspend",
        reason: "r",
      }),
      fc
        .uniqueArray(fc.record({ index: fc.nat(11), outcome, reason: fc.constant("r") }), {
          selector: ({ index }) => index,
          maxLength: 12,
        })
        .map((some): SendResult => ({ kind: "partial", failures: some })),
    );
    const scenes = fc.record<Scene>({
      stance: fc.constantFrom("sending", "probing", "ending"),
      othersPass: fc.boolean(),
      othersPassSinceRefusal: fc.boolean(),
      hasDelivered: fc.boolean(),
      failures: fc.nat(12),
      refusals: fc.nat(12),
      hasOthers: fc.boolean(),
    });
    const subBatches = fc.record<SentSubBatch>({
      size: fc.integer({ min: 1, max: 12 }),
      retries: fc.nat(5),
      strikes: fc.nat(5),
      isSuspect: fc.boolean(),
      batchSize: fc.constant(12),
      isUsualSize: fc.boolean(),
    });
    fc.assert(
      fc.property(
        subBatches,
        verdict,
        scenes,
        fc.constantFrom(dying, holding, ordered),
        (sent, result, scene, policy) => {
          const known =
            result.kind === "partial"
              ? { ...result, failures: result.failures.filter(({ index }) => index < sent.size) }
              : result;
          const plan = settle(sent, known, policy, scene);
          const placed = [
            ...plan.deadLetters.map(({ index }) => index),
            ...plan.again.flatMap(({ indexes }) => indexes),
            ...plan.requeue,
          ];
          const listed = known.kind === "partial" ? known.failures.map(({ index }) => index) : [];
          const all = Array.from({ length: sent.size }, (_, index) => index);
          const expected = known.kind === "accepted" ? [] : known.kind === "partial" ? listed : all;
          expect(placed.toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
