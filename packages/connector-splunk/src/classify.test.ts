import type { HttpReply, SendResult } from "@arbitex/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifyReply } from "./classify.ts";
import { presets } from "./presets.ts";

const NOW = Date.parse("2026-03-01T00:00:00Z");

function batchOf(count: number, json = "{}") {
  return { records: Array.from({ length: count }, () => ({ json })) };
}

function replyOf(status: number, body: object | string, headers: HttpReply["headers"] = {}): HttpReply {
  return { status, headers, text: typeof body === "string" ? body : JSON.stringify(body) };
}

function verdictOn(reply: HttpReply, batch = batchOf(4)): SendResult {
  return classifyReply(reply, batch, NOW).result;
}

describe("the table of reply codes", () => {
  it.each<[number, number, string, SendResult["kind"]]>([
    [0, 200, "Success", "accepted"],
    [1, 403, "Token disabled", "suspend"],
    [2, 401, "Token is required", "suspend"],
    [3, 401, "Invalid authorization", "suspend"],
    [4, 403, "Invalid token", "suspend"],
    [5, 400, "No data", "rejected"],
    [6, 400, "Invalid data format", "partial"],
    [7, 400, "Incorrect index", "suspend"],
    [8, 500, "Internal server error", "retry"],
    [9, 503, "Server is busy", "retry"],
    [10, 400, "Data channel is missing", "suspend"],
    [11, 400, "Invalid data channel", "suspend"],
    [12, 400, "Event field is required", "partial"],
    [13, 400, "Event field cannot be blank", "partial"],
    [14, 400, "ACK is disabled", "suspend"],
    [15, 400, "Error in handling indexed fields", "partial"],
    [16, 400, "Query string authorization is not enabled", "suspend"],
    [17, 200, "HEC is healthy", "suspend"],
    [18, 503, "HEC is unhealthy, queues are full", "retry"],
    [19, 503, "HEC is unhealthy, ack service unavailable", "retry"],
    [20, 503, "HEC is unhealthy, queues are full, ack service unavailable", "retry"],
    [21, 400, "Invalid token", "suspend"],
    [22, 400, "Token disabled", "suspend"],
    [23, 503, "Server is shutting down", "retry"],
    [24, 200, "HEC queue nearly full", "accepted"],
    [25, 200, "HEC ack channel nearly full", "accepted"],
    [26, 429, "HEC queue at capacity", "retry"],
    [27, 429, "HEC ack channel at capacity", "retry"],
    [28, 400, "Data channel is missing, use sticky load balancing", "suspend"],
    [404, 404, "The requested URL was not found on this server.", "suspend"],
  ])("code %d with status %d, %s: %s", (code, status, text, kind) => {
    const body = { text, code, ...(kind === "partial" && { "invalid-event-number": 1 }) };
    const reason = `${status} ${text} (code ${code})`;
    const expected = {
      accepted: {},
      partial: { failures: expect.arrayContaining([{ index: 1, outcome: "rejected", reason }]) },
      suspend: { reason, fix: expect.stringMatching(/^[A-Z].+\.$/) },
      rejected: { reason, confirmed: true },
      retry: { reason },
      "too-large": {},
    };
    expect(verdictOn(replyOf(status, body))).toEqual({ kind, ...expected[kind] });
  });

  it.each([24, 25])("code %d tells that Splunk is near its capacity", (code) => {
    expect(classifyReply(replyOf(200, { text: "ok", code }), batchOf(4), NOW)).toMatchObject({
      nearCapacity: true,
      taken: 4,
    });
  });

  it("gives the id under which the batch will be acknowledged", () => {
    expect(classifyReply(replyOf(200, { text: "Success", code: 0, ackId: 0 }), batchOf(4), NOW)).toEqual({
      result: { kind: "accepted" },
      taken: 4,
      ackId: 0,
    });
  });
});

describe("a batch with a bad event", () => {
  it.each([6, 12, 13, 15])("drops that event alone and sends the rest again, code %d", (code) => {
    const reply = replyOf(400, { text: "Bad", code, "invalid-event-number": 1, ackId: 7 });
    const { result, taken, ackId } = classifyReply(reply, batchOf(4), NOW);
    expect({ taken, ackId }).toEqual({ taken: 1, ackId: 7 });
    expect(result).toMatchObject({
      kind: "partial",
      failures: [
        { index: 1, outcome: "rejected", reason: `400 Bad (code ${code})` },
        { index: 2, outcome: "unprocessed" },
        { index: 3, outcome: "unprocessed" },
      ],
    });
  });

  it.each([4, 99, -1, 1.5, "1", null, undefined])("is halved when the number is no event of it: %j", (number) => {
    const reply = replyOf(400, { text: "Bad", code: 6, "invalid-event-number": number });
    expect(verdictOn(reply).kind).toBe("rejected");
  });

  it("suspends on a refused index, whatever its number says, so that nothing is lost", () => {
    for (const number of [1, 3, 99]) {
      const reply = replyOf(400, { text: "Incorrect index", code: 7, "invalid-event-number": number });
      expect(verdictOn(reply)).toMatchObject({ kind: "suspend", fix: expect.stringContaining("index") });
    }
  });

  it("accounts for every event exactly once, in order", () => {
    const batches = fc.integer({ min: 1, max: 300 }).chain((count) => {
      return fc.record({ count: fc.constant(count), bad: fc.nat(count - 1), code: fc.constantFrom(6, 9, 12, 13, 15) });
    });
    // A busy Splunk that took nothing is a plain retry.
    const partial = batches.filter(({ bad, code }) => bad > 0 || code !== 9);
    fc.assert(
      fc.property(partial, ({ count, bad, code }) => {
        const reply = replyOf(code === 9 ? 503 : 400, { text: "Bad", code, "invalid-event-number": bad });
        const { result, taken } = classifyReply(reply, batchOf(count), NOW);
        const failed = result.kind === "partial" ? result.failures.map(({ index }) => index) : [];
        expect(taken).toBe(bad);
        expect(failed).toEqual(Array.from({ length: count - bad }, (_, offset) => bad + offset));
      }),
    );
  });
});

describe("a body that may be too large", () => {
  const large = batchOf(10, JSON.stringify("x".repeat(60_000)));
  const cloudRefusal = replyOf(400, { text: "Invalid data format", code: 6, "invalid-event-number": 0 });

  it("is split where Splunk Cloud blames its first event", () => {
    expect(verdictOn(cloudRefusal, large).kind).toBe("too-large");
  });

  it.each([
    ["a small body", cloudRefusal, batchOf(10)],
    ["a lone event", cloudRefusal, batchOf(1, JSON.stringify("x".repeat(600_000)))],
    ["another event", replyOf(400, { text: "Invalid data format", code: 6, "invalid-event-number": 3 }), large],
    ["another code", replyOf(400, { text: "Event field is required", code: 12, "invalid-event-number": 0 }), large],
  ])("is not suspected in %s", (_, reply, batch) => {
    expect(verdictOn(reply, batch).kind).toBe("partial");
  });

  it.each(["<html>413 Request Entity Too Large</html>", `{"text":"too large","code":6}`, ""])(
    "is split on 413: %s",
    (body) => {
      expect(verdictOn(replyOf(413, body)).kind).toBe("too-large");
    },
  );
});

describe("a busy Splunk", () => {
  it.each([
    ["3", 3000],
    ["Sun, 01 Mar 2026 00:00:30 GMT", 30_000],
  ])("is left alone as long as it asks: Retry-After %s", (header, afterMs) => {
    const reply = replyOf(503, { text: "Server is busy", code: 9 }, { "retry-after": header });
    expect(verdictOn(reply)).toEqual({ kind: "retry", reason: "503 Server is busy (code 9)", afterMs });
  });

  it("goes on behind the events that it took", () => {
    const reason = "503 Server is busy (code 9)";
    const reply = replyOf(503, { text: "Server is busy", code: 9, "invalid-event-number": 2 });
    expect(verdictOn(reply)).toEqual({
      kind: "partial",
      failures: [
        { index: 2, outcome: "retry", reason },
        { index: 3, outcome: "retry", reason },
      ],
    });
  });

  it("may hold events when its number is no event of the batch", () => {
    const reply = replyOf(503, { text: "Server is busy", code: 9, "invalid-event-number": 4 });
    expect(verdictOn(reply)).toMatchObject({ kind: "retry", ambiguous: true });
  });
});

describe("a reply that is not HEC's", () => {
  const page = "<!DOCTYPE html><html><body>Sign in</body></html>";

  it.each<[string, HttpReply, SendResult["kind"]]>([
    ["a web page with status 200", replyOf(200, page), "retry"],
    ["a web page with status 400", replyOf(400, `\n${page}`), "suspend"],
    ["a web page with status 404", replyOf(404, page), "suspend"],
    ["a web page with status 403", replyOf(403, page), "suspend"],
    ["a redirect", replyOf(302, ""), "suspend"],
    ["400 without a body", replyOf(400, ""), "rejected"],
    ["400 in other words", replyOf(400, "bad request"), "rejected"],
    ["400 with a code of another service", replyOf(400, { code: 5, message: "not found" }), "rejected"],
    ["422 of another service", replyOf(422, { detail: "no" }), "rejected"],
    ["an encoding refused", replyOf(415, page), "suspend"],
    ["a web page with status 502", replyOf(502, page), "retry"],
    ["a web page with status 503", replyOf(503, page), "retry"],
    ["429 without a body", replyOf(429, ""), "retry"],
    ["408", replyOf(408, ""), "retry"],
    ["an empty 200", replyOf(200, ""), "retry"],
    ["a cut 200", replyOf(200, `{"text":"Succ`), "retry"],
    ["a cut 400", replyOf(400, `{"text":"Invalid data format","co`), "retry"],
    ["JSON of another kind", replyOf(200, { ok: true }), "retry"],
    ["a code as text", replyOf(200, { text: "Success", code: "0" }), "retry"],
    ["null", replyOf(200, "null"), "retry"],
    ["204", replyOf(204, ""), "retry"],
    ["an unknown code with status 200", replyOf(200, { text: "Hm", code: 99 }), "retry"],
    ["an unknown code with status 400", replyOf(400, { text: "Hm", code: 99 }), "rejected"],
    ["an unknown code with status 503", replyOf(503, { text: "Hm", code: 99 }), "retry"],
    ["success with status 201", replyOf(201, { text: "Success", code: 0 }), "retry"],
    ["success with status 500", replyOf(500, { text: "Success", code: 0 }), "retry"],
  ])("%s", (_, reply, kind) => {
    expect(verdictOn(reply)).toMatchObject(kind === "rejected" ? { kind, confirmed: false } : { kind });
  });

  it("may mean that events are in when it could be HEC's own answer, cut", () => {
    for (const body of ["", `{"text":"Succ`]) {
      expect(verdictOn(replyOf(200, body))).toMatchObject({ kind: "retry", ambiguous: true });
    }
  });

  it("is never success, whatever it is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), fc.string(), (status, text) => {
        expect(verdictOn(replyOf(status, text)).kind).not.toMatch(/accepted|partial/);
      }),
    );
  });

  it("shows in the reason on one line", () => {
    const result = verdictOn(replyOf(503, { text: "Server\r\n is  busy", code: 9 }));
    expect(result).toMatchObject({ reason: "503 Server is busy (code 9)" });
  });
});

describe("success by status", () => {
  const manners = { ...presets.crowdstrike, success: "status" } as const;
  const relativeVerdict = (reply: HttpReply, batch = batchOf(4)) => classifyReply(reply, batch, NOW, manners).result;

  it.each([
    [200, {}],
    [200, ""],
    [204, ""],
    [202, "ok"],
    [200, { text: "Success", code: 0 }],
    [201, { text: "Success", code: 0 }],
    [200, { text: "fine", code: 99 }],
  ])("takes %d %j", (status, body) => {
    expect(classifyReply(replyOf(status, body), batchOf(4), NOW, manners)).toEqual({
      result: { kind: "accepted" },
      taken: 4,
    });
  });

  it.each<[string, HttpReply, SendResult["kind"]]>([
    ["a web page", replyOf(200, "<!DOCTYPE html><html>Sign in</html>"), "retry"],
    ["an answer cut short", replyOf(200, `{"text":"Succ`), "retry"],
    ["an error under a good status", replyOf(200, { error: "parser failed" }), "retry"],
    ["errors under a good status", replyOf(200, { errors: [{}] }), "retry"],
    ["a failure under a good status", replyOf(200, { success: false }), "retry"],
    ["a refused token", replyOf(401, "no"), "suspend"],
    ["a refused token in HEC's words", replyOf(403, { text: "Invalid token", code: 4 }), "suspend"],
    ["a redirect", replyOf(302, ""), "suspend"],
    ["a refusal", replyOf(400, "cannot parse"), "rejected"],
    ["an overload", replyOf(429, ""), "retry"],
    ["a busy server in HEC's words", replyOf(503, { text: "Server is busy", code: 9 }), "retry"],
    ["a body that is too large", replyOf(413, ""), "too-large"],
  ])("does not take %s", (_, reply, kind) => {
    expect(relativeVerdict(reply).kind).toBe(kind);
  });

  it("gives up no event for a number that only Splunk explains", () => {
    const numbered = replyOf(400, { text: "Invalid data format", code: 6, "invalid-event-number": 2 });
    expect(relativeVerdict(numbered)).toEqual({
      kind: "rejected",
      reason: "400 Invalid data format (code 6)",
      confirmed: false,
    });
    const busy = replyOf(503, { text: "Server is busy", code: 9, "invalid-event-number": 2 });
    expect(relativeVerdict(busy)).toMatchObject({ kind: "retry", ambiguous: true });
  });

  it("names the product's own fix", () => {
    expect(relativeVerdict(replyOf(403, "no"))).toMatchObject({ fix: presets.crowdstrike.fix });
  });
});
