import { describe, expect, it } from "vitest";
import { assertSink, judgeEncoded, judgeKey, judgeReport, judgeResult, judgeThrown } from "./judge.ts";

const busy = { kind: "retry", reason: "busy" };
const throwing = {
  get kind(): string {
    throw new Error("a getter");
  },
};

function holes(count: number): readonly unknown[] {
  const list: unknown[] = [];
  list.length = count;
  return list;
}

function late(): Promise<never> {
  return Promise.reject(new Error("late"));
}

describe("a verdict", () => {
  it("is believed when it is one", () => {
    const failures = [
      { index: 1, outcome: "rejected", reason: "mapping" },
      { index: 0, outcome: "retry", reason: "429" },
    ];
    for (const verdict of [
      { kind: "accepted" },
      { kind: "partial", failures, afterMs: 5 },
      { kind: "partial", failures, ambiguous: true },
      { kind: "retry", reason: "503", afterMs: 1000, ambiguous: true },
      { kind: "too-large", reason: "413" },
      { kind: "rejected", reason: "400" },
      { kind: "rejected", reason: "400", confirmed: true },
      { kind: "suspend", reason: "401", fix: "Renew it." },
    ]) {
      expect(judgeResult(verdict, 2, "acme")).toEqual(verdict);
    }
  });

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a text", "accepted"],
    ["a truth value", true],
    ["an unknown kind", { kind: "ok" }],
    ["a kind of another type", { kind: 1 }],
    ["a getter that throws", throwing],
    ["a partial one without failures", { kind: "partial" }],
    ["failures that are no list", { kind: "partial", failures: { length: 0 } }],
    ["an unknown outcome", { kind: "partial", failures: [{ index: 0, outcome: "failed", reason: "x" }] }],
    ["an index out of range", { kind: "partial", failures: [{ index: 2, outcome: "retry", reason: "x" }] }],
    ["a negative index", { kind: "partial", failures: [{ index: -1, outcome: "retry", reason: "x" }] }],
    ["half an index", { kind: "partial", failures: [{ index: 0.5, outcome: "retry", reason: "x" }] }],
    ["an index as a text", { kind: "partial", failures: [{ index: "0", outcome: "retry", reason: "x" }] }],
    [
      "an index twice",
      { kind: "partial", failures: [0, 0].map((index) => ({ index, outcome: "retry", reason: "x" })) },
    ],
    ["a failure that is nothing", { kind: "partial", failures: [undefined] }],
    ["a list of failures with holes", { kind: "partial", failures: holes(2) }],
    ["a failure without a reason", { kind: "partial", failures: [{ index: 0, outcome: "rejected" }] }],
    ["a refusal without a reason", { kind: "rejected" }],
    ["a reason that is a number", { kind: "retry", reason: 5 }],
    ["a reason that is nothing", { kind: "suspend", reason: null }],
  ])("that makes no sense is a retry that names the connector: %s", (_, value) => {
    const verdict = judgeResult(value, 2, "acme");
    expect(verdict).toMatchObject({ kind: "retry", ambiguous: true });
    expect("reason" in verdict && verdict.reason).toMatch(/^connector "acme" gave no verdict: ./);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -5, "5", null])(
    "that asks to wait %s is waited for as usual, and the reason names the connector",
    (afterMs) => {
      const verdict = judgeResult({ ...busy, afterMs }, 1, "acme");
      expect(verdict).toMatchObject({ kind: "retry" });
      expect(verdict).not.toHaveProperty("afterMs");
      expect("reason" in verdict && verdict.reason).toContain('connector "acme"');
    },
  );

  it("that asks to wait for no time is as one that does not ask", () => {
    for (const afterMs of [0, -0]) expect(judgeResult({ ...busy, afterMs }, 1, "acme")).toEqual(busy);
  });

  it("asks for 15 minutes at most", () => {
    expect(judgeResult({ ...busy, afterMs: 1e12 }, 1, "acme")).toEqual({ ...busy, afterMs: 900_000 });
    expect(judgeResult({ kind: "partial", failures: [], afterMs: 1e12 }, 1, "acme")).toHaveProperty("afterMs", 900_000);
  });

  it("is confirmed, or not, by a boolean alone, and quotes no more than a person reads", () => {
    expect(judgeResult({ kind: "rejected", reason: "400", confirmed: 0 }, 1, "acme")).not.toHaveProperty("confirmed");
    expect(judgeResult({ ...busy, reason: "x".repeat(1e6) }, 1, "acme")).toEqual({ ...busy, reason: "x".repeat(2000) });
  });
});

describe("what a connector throws", () => {
  it.each([new Error("boo"), "boo", undefined, null, Object.create(null), throwing, { code: 5 }, Symbol("s")])(
    "is a retry, whatever it is: %#",
    (error) => {
      const verdict = judgeThrown(error);
      expect(verdict).toMatchObject({ kind: "retry", ambiguous: true });
      expect("reason" in verdict && typeof verdict.reason).toBe("string");
    },
  );
});

describe("an encoded event", () => {
  it("is text, bytes, or parts of these", () => {
    const record = { json: "{}" };
    expect(judgeEncoded("x", "acme")).toEqual(["x"]);
    expect(judgeEncoded(Buffer.from("x"), "acme")).toHaveLength(1);
    expect(judgeEncoded(["a", { record, from: 1, quoted: true }, new Uint8Array(1)], "acme")).toHaveLength(3);
  });

  it.each([
    undefined,
    null,
    7,
    {},
    { record: {} },
    { record: { json: 5 } },
    { record: { json: "{}" }, from: -1 },
    ["a", undefined],
    ["a", 5],
    () => "x",
  ])("that is something else is an error that names the connector: %#", (value) => {
    expect(() => judgeEncoded(value, "acme")).toThrow(/^connector "acme" encoded it as /);
  });
});

describe("a promise that fails", () => {
  it.each([
    ["an encoded event", () => expect(() => judgeEncoded(late(), "acme")).toThrow("a promise")],
    ["some of its parts", () => expect(() => judgeEncoded(["a", late(), late()], "acme")).toThrow("a promise")],
    ["a partition key", () => expect(() => judgeKey(late(), "acme")).toThrow("a promise")],
    ["a verdict's kind", () => expect(judgeResult({ kind: late() }, 1, "acme").kind).toBe("retry")],
    ["a reason", () => expect(judgeResult({ kind: "retry", reason: late() }, 1, "acme").kind).toBe("retry")],
    [
      "failures",
      () => expect(judgeResult({ kind: "partial", failures: [late(), late()] }, 2, "acme").kind).toBe("retry"),
    ],
    [
      "steps of a check",
      () => expect(judgeReport({ steps: [late(), late()] }, "acme").steps[0]?.status).toBe("failed"),
    ],
  ])("does not end the process where it stands for %s", async (_, judge) => {
    let unhandled = 0;
    const note = () => unhandled++;
    process.on("unhandledRejection", note);
    judge();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unhandled).toBe(0);
  });
});

describe("a partition key", () => {
  it("is a text", () => {
    expect(judgeKey("k", "acme")).toBe("k");
    for (const value of [5, undefined, {}]) expect(() => judgeKey(value, "acme")).toThrow('connector "acme"');
  });
});

describe("a report", () => {
  it("is believed when it is one", () => {
    const report = { steps: [{ name: "tls", status: "failed", detail: "expired", fix: "Renew it." }] };
    expect(judgeReport(report, "acme")).toEqual(report);
  });

  it.each([
    undefined,
    {},
    { steps: "all well" },
    { steps: [null] },
    { steps: [{ name: "x", status: "ok", detail: "" }] },
    { steps: [{ name: "x", status: "passed" }] },
  ])("that makes no sense has not passed: %#", (value) => {
    expect(judgeReport(value, "acme").steps).toMatchObject([
      { status: "failed", detail: expect.stringContaining('connector "acme" gave no report') },
    ]);
  });
});

describe("a sink", () => {
  it("encodes and sends", () => {
    expect(() => assertSink({ encode: () => "", send: async () => ({ kind: "accepted" }) })).not.toThrow();
    for (const value of [undefined, null, {}, { encode: () => "" }, "sink"]) {
      expect(() => assertSink(value)).toThrow(/must be functions|it is/);
    }
  });
});
