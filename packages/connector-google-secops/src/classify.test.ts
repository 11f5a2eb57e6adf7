import type { HttpReply, SendResult } from "@arbitex/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifyReply } from "./classify.ts";

const NOW = Date.UTC(2026, 10, 30);

function google(status: number, name: string, message = "What is wrong.", details: readonly object[] = []): HttpReply {
  return replyOf(status, { error: { code: status, status: name, message, details } });
}

function replyOf(status: number, body: object | string, headers: HttpReply["headers"] = {}): HttpReply {
  return { status, headers, text: typeof body === "string" ? body : JSON.stringify(body) };
}

describe("success", () => {
  it("is an empty message", () => {
    expect(classifyReply(replyOf(200, {}), NOW)).toEqual({ kind: "accepted" });
  });

  it.each<[string, object | string]>([
    ["a page", "<html>Sign in</html>"],
    ["half an answer", "{"],
    ["no answer", ""],
    ["an error", { error: { status: "INTERNAL" } }],
    ["another message", { ok: true }],
  ])("is not %s", (_, body) => {
    expect(classifyReply(replyOf(200, body), NOW).kind).toBe("retry");
  });

  it("is nothing else, whatever it is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), fc.string(), (status, text) => {
        expect(classifyReply(replyOf(status, text), NOW).kind).not.toMatch(/accepted|partial/);
      }),
    );
  });
});

describe("a refusal in Google's words", () => {
  it.each<[string, HttpReply, SendResult["kind"], object]>([
    ["a bad request", google(400, "INVALID_ARGUMENT"), "rejected", { confirmed: false }],
    [
      "a body over the limit",
      google(400, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 4194304 bytes."),
      "too-large",
      {},
    ],
    ["413", google(413, "UNKNOWN"), "too-large", {}],
    [
      "a refused token",
      google(401, "UNAUTHENTICATED"),
      "suspend",
      { fix: expect.stringMatching(/account still exists/) },
    ],
    [
      "a missing role",
      google(403, "PERMISSION_DENIED"),
      "suspend",
      { fix: expect.stringMatching(/chronicle\.logs\.import/) },
    ],
    ["a wrong address", google(404, "NOT_FOUND"), "suspend", { fix: expect.stringMatching(/log_type/) }],
    ["an overload", google(429, "RESOURCE_EXHAUSTED"), "retry", {}],
    ["a failure", google(500, "INTERNAL"), "retry", {}],
    ["a time-out inside", google(504, "DEADLINE_EXCEEDED"), "retry", { ambiguous: true }],
  ])("%s", (_, reply, kind, more) => {
    expect(classifyReply(reply, NOW)).toMatchObject({
      kind,
      reason: expect.stringMatching(/^HTTP \d+ [A-Z_]+: /),
      ...more,
    });
  });

  it.each<[string, HttpReply, number]>([
    ["Retry-After", { ...google(429, "RESOURCE_EXHAUSTED"), headers: { "retry-after": "7" } }, 7000],
    ["RetryInfo", google(429, "RESOURCE_EXHAUSTED", "", [{ retryDelay: "2.5s" }]), 2500],
  ])("waits as long as %s says", (_, reply, afterMs) => {
    expect(classifyReply(reply, NOW)).toMatchObject({ kind: "retry", afterMs });
  });

  it.each(["-1s", "9999999s", "soon", "1e9s"])("heeds no delay of %s", (retryDelay) => {
    expect(classifyReply(google(429, "RESOURCE_EXHAUSTED", "", [{ retryDelay }]), NOW)).not.toHaveProperty("afterMs");
  });
});

describe("an answer that is not Google's", () => {
  it.each<[string, HttpReply, SendResult["kind"]]>([
    ["a page with status 403", replyOf(403, "<html>Blocked</html>"), "suspend"],
    ["a page with status 400", replyOf(400, "<html>Bad Request</html>"), "suspend"],
    ["a redirect", replyOf(302, ""), "suspend"],
    ["something that cannot unpack", replyOf(415, ""), "suspend"],
    ["a bad request in other words", replyOf(400, "no"), "rejected"],
    ["a gateway", replyOf(502, "<html>bad gateway</html>"), "retry"],
  ])("%s", (_, reply, kind) => {
    expect(classifyReply(reply, NOW).kind).toBe(kind);
  });
});
