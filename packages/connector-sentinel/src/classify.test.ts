import type { HttpReply, SendResult } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import { classifyReply } from "./classify.ts";

const NOW = Date.UTC(2026, 0, 15, 8);

describe("classifyReply", () => {
  it("accepts 204 and nothing else", () => {
    expect(classifyReply(replyOf(204), NOW)).toEqual({ kind: "accepted" });
    for (const status of [200, 201, 202, 206]) {
      expect(classifyReply(replyOf(status), NOW)).toMatchObject({ kind: "retry", ambiguous: true });
    }
    expect(classifyReply(replyOf(200, "<html>Sign in</html>"), NOW)).toEqual({
      kind: "retry",
      reason: "HTTP 200: <html>Sign in</html> in place of 204",
      ambiguous: true,
    });
  });

  it.each<[number, string, SendResult["kind"], RegExp]>([
    [400, "InvalidStream", "suspend", /stream_name/],
    [400, "InvalidDcrImmutableId", "suspend", /dcr_immutable_id.*region/],
    [401, "InvalidToken", "suspend", /set cloud/],
    [403, "OperationFailed", "suspend", /"Monitoring Metrics Publisher" on the data collection rule\. .*30 minutes/],
    [404, "NotFound", "suspend", /dcr_immutable_id.*stream_name/],
  ])("suspends on %d %s and says what to do", (status, code, kind, fix) => {
    expect(classifyReply(problem(status, code), NOW)).toEqual({
      kind,
      reason: `HTTP ${status} ${code}: What is wrong.`,
      fix: expect.stringMatching(fix),
    });
  });

  it.each<[string, HttpReply, SendResult]>([
    [
      "malformed JSON",
      problem(400, "InvalidRequestContent"),
      rejected("HTTP 400 InvalidRequestContent: What is wrong."),
    ],
    [
      "a time range that a smaller batch keeps",
      problem(400, "RecordsTimeRangeIsMoreThan30Minutes"),
      rejected("HTTP 400 RecordsTimeRangeIsMoreThan30Minutes: What is wrong."),
    ],
    ["a bad request without a reason", replyOf(400), { kind: "rejected", reason: "HTTP 400", confirmed: false }],
    [
      "a bad request in others' words",
      replyOf(400, `{"error":"no"}`),
      { kind: "rejected", reason: `HTTP 400: {"error":"no"}`, confirmed: false },
    ],
    [
      "a body that is too large",
      problem(413, "ContentLengthLimitExceeded"),
      { kind: "too-large", reason: "HTTP 413 ContentLengthLimitExceeded: What is wrong." },
    ],
    [
      "a used-up quota",
      problem(429, "TooManyRequests", { "retry-after": "17" }),
      { kind: "retry", reason: "HTTP 429 TooManyRequests: What is wrong.", afterMs: 17_000 },
    ],
    ["429 that does not say for how long", replyOf(429), { kind: "retry", reason: "HTTP 429" }],
    [
      "500",
      problem(500, "InternalServerError"),
      { kind: "retry", reason: "HTTP 500 InternalServerError: What is wrong." },
    ],
    [
      "503 with a date",
      replyOf(503, "", { "retry-after": new Date(NOW + 60_000).toUTCString() }),
      { kind: "retry", reason: "HTTP 503", afterMs: 60_000 },
    ],
    ["504, when Azure may have the events", replyOf(504), { kind: "retry", reason: "HTTP 504", ambiguous: true }],
  ])("knows %s", (_, reply, verdict) => {
    expect(classifyReply(reply, NOW)).toEqual(verdict);
  });

  it.each<[string, HttpReply, RegExp]>([
    ["a rule of another endpoint", problem(403, "OperationFailed", {}, "IsDcrDceBindingValid: False,"), /set endpoint/],
    ["a page with status 400", replyOf(400, "<html>Bad Request</html>"), /not Azure Monitor/],
    ["a page with status 403", replyOf(403, "<html>Forbidden</html>"), /not Azure Monitor/],
    ["a redirect", replyOf(302), /not followed/],
    ["something that cannot unpack", replyOf(415), /compression to none/],
    ["a proxy that wants a password", replyOf(407), /proxy/],
  ])("suspends on %s", (_, reply, fix) => {
    expect(classifyReply(reply, NOW)).toMatchObject({ kind: "suspend", fix: expect.stringMatching(fix) });
  });

  it("finds the code in the header where there is no body", () => {
    expect(classifyReply(replyOf(400, "", { "x-ms-error-code": "InvalidStream" }), NOW)).toMatchObject({
      kind: "suspend",
      reason: "HTTP 400 InvalidStream",
    });
  });

  it("cuts a long message", () => {
    const verdict = classifyReply(problem(500, "X", {}, "long ".repeat(1000)), NOW);
    expect("reason" in verdict && verdict.reason.length).toBeLessThan(400);
  });
});

function rejected(reason: string): SendResult {
  return { kind: "rejected", reason };
}

function problem(
  status: number,
  code: string,
  headers: HttpReply["headers"] = {},
  message = "What is wrong.",
): HttpReply {
  return replyOf(status, JSON.stringify({ error: { code, message } }), headers);
}

function replyOf(status: number, text = "", headers: HttpReply["headers"] = {}): HttpReply {
  return { status, headers, text };
}
