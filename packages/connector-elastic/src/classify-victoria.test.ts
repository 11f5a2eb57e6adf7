import type { HttpReply, SendResult } from "@arbitex/core";
import { createEventRecord } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifyVictoriaBulk } from "./classify-victoria.ts";

const generator = createEventGenerator({ seed: 1 });
const records = Array.from({ length: 4 }, () => createEventRecord(generator.next()));
const batch = { records, body: Buffer.alloc(0) };

function verdictOn(status: number, body: object | string, of = batch): SendResult {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const reply: HttpReply = { status, headers: { "x-elastic-product": "Elasticsearch" }, text };
  return classifyVictoriaBulk(reply, of, 0);
}

const stored = (events: number, status = 201) => ({
  took: 1,
  errors: false,
  items: Array.from({ length: events }, () => ({ create: { status } })),
});
const stoppedAt = (event: number, cause: string) =>
  `cannot decode log message #${event} in /_bulk request: ${cause}, stream fields: []\n`;
const BAD_TIME = 'cannot parse timestamp: cannot parse unix timestamp "bad"';

describe("an answer of success", () => {
  it("counts where there is an outcome for every event, though none has an id", () => {
    expect(verdictOn(200, stored(4))).toEqual({ kind: "accepted" });
  });

  it.each<[string, object | string]>([
    ["too few outcomes", stored(3)],
    ["no outcome, as for a body that was not read", stored(0)],
    ["outcomes of another kind", stored(4, 200)],
    ["an error beside", { items: Array.from({ length: 4 }, () => ({ create: { status: 400 } })) }],
    ["a web page", "<html>Sign in</html>"],
    ["half an answer", '{"took":1,"errors":false,"ite'],
    ["nothing", ""],
  ])("does not count with %s", (_, body) => {
    expect(verdictOn(200, body)).toMatchObject({ kind: "retry", ambiguous: true });
  });
});

describe("a refusal after a part was stored", () => {
  it("gives up the bad event alone, and repeats none of those before it", () => {
    expect(verdictOn(400, stoppedAt(1, BAD_TIME))).toMatchObject({
      kind: "partial",
      failures: [
        { index: 1, outcome: "rejected", reason: expect.stringContaining("cannot parse timestamp") },
        { index: 2, outcome: "unprocessed" },
        { index: 3, outcome: "unprocessed" },
      ],
    });
  });

  it("tries the rest again where it was the connection and no event", () => {
    const cause = "cannot read the next line: unexpected EOF";
    expect(verdictOn(400, stoppedAt(2, cause))).toMatchObject({
      kind: "partial",
      failures: [
        { index: 2, outcome: "retry" },
        { index: 3, outcome: "retry" },
      ],
    });
    expect(verdictOn(400, stoppedAt(0, cause)).kind).toBe("retry");
  });

  it("is no verdict when it stopped behind the last event", () => {
    expect(verdictOn(400, stoppedAt(4, BAD_TIME))).toMatchObject({ kind: "retry", ambiguous: true });
  });

  it("accounts for every event exactly once, in order", () => {
    fc.assert(
      fc.property(fc.nat(3), fc.constantFrom(BAD_TIME, "unexpected EOF"), (event, cause) => {
        const verdict = verdictOn(400, stoppedAt(event, cause));
        const failed = verdict.kind === "partial" ? verdict.failures.map(({ index }) => index) : undefined;
        const rest = Array.from({ length: 4 - event }, (_, offset) => event + offset);
        expect(failed).toEqual(event === 0 && cause !== BAD_TIME ? undefined : rest);
      }),
    );
  });
});

describe("another refusal", () => {
  it.each<[string, number, string, SendResult["kind"]]>([
    ["a path that it does not know", 400, 'unsupported path requested: "/x/_bulk"', "suspend"],
    ["a proxy that wants a credential", 401, "missing or invalid credentials", "suspend"],
    ["a storage that is read-only", 503, "cannot add rows into storage in read-only mode", "retry"],
    ["a proxy's limit", 413, "", "too-large"],
    ["other words", 400, "cannot read", "rejected"],
  ])("%s", (_, status, text, kind) => {
    expect(verdictOn(status, text)).toMatchObject(kind === "rejected" ? { kind, confirmed: false } : { kind });
  });
});
