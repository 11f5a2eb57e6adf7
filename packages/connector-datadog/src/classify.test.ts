import type { HttpReply, SendResult } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import { classifyReply } from "./classify.ts";

const NOW = Date.parse("2026-03-01T00:00:00Z");

function replyOf(status: number, body: object | string, headers: HttpReply["headers"] = {}): HttpReply {
  return { status, headers, text: typeof body === "string" ? body : JSON.stringify(body) };
}

function errorOf(status: number, title: string, detail: string): HttpReply {
  return replyOf(status, { errors: [{ status: String(status), title, detail }] });
}

function verdictOn(reply: HttpReply): SendResult {
  return classifyReply(reply, NOW);
}

describe("the table of statuses", () => {
  it.each<[number, string, string, SendResult["kind"]]>([
    [400, "Bad Request", "Invalid JSON", "rejected"],
    [401, "Unauthorized", "Missing API key", "suspend"],
    [403, "Forbidden", "Invalid API key", "suspend"],
    [404, "Not Found", "No such page", "suspend"],
    [405, "Method Not Allowed", "Use POST", "suspend"],
    [408, "Request Timeout", "Too slow", "retry"],
    [413, "Request Entity Too Large", "Request too large", "too-large"],
    [415, "Unsupported Media Type", "No gzip", "suspend"],
    [422, "Unprocessable", "Odd", "rejected"],
    [429, "Too Many Requests", "Slow down", "retry"],
    [500, "Internal Server Error", "Sorry", "retry"],
    [502, "Bad Gateway", "Sorry", "retry"],
    [503, "Service Unavailable", "Sorry", "retry"],
    [504, "Gateway Timeout", "Sorry", "retry"],
  ])("%d %s: %s, is %s", (status, title, detail, kind) => {
    const verdict = verdictOn(errorOf(status, title, detail));
    expect(verdict).toMatchObject({
      kind,
      reason: expect.stringContaining(`${status} ${title}: ${detail}`),
      ...(kind === "suspend" && { fix: expect.stringMatching(/^[A-Z].+\.$/) }),
    });
  });

  it.each([200, 202])("%d with the intake's body is accepted", (status) => {
    expect(verdictOn(replyOf(status, {}))).toEqual({ kind: "accepted" });
  });

  it("says of 403 that the key or the site is wrong, for Datadog does not tell which", () => {
    expect(verdictOn(replyOf(403, { errors: ["Forbidden"] }))).toEqual({
      kind: "suspend",
      reason: "403 Forbidden (wrong key or site)",
      fix: expect.stringMatching(/api_key and site/),
    });
  });

  it.each([408, 504])("allows for stored events after %d", (status) => {
    expect(verdictOn(replyOf(status, ""))).toMatchObject({ kind: "retry", ambiguous: true });
  });

  it("waits as long as it is asked to", () => {
    expect(verdictOn(replyOf(429, "", { "retry-after": "7" }))).toMatchObject({ kind: "retry", afterMs: 7000 });
  });
});

describe("a reply that is not Datadog's", () => {
  it.each<[string, HttpReply]>([
    ["a page of success", replyOf(200, "<html>Sign in</html>")],
    ["an empty success", replyOf(202, "")],
    ["half an answer", replyOf(202, "{")],
    ["an array", replyOf(202, "[]")],
    ["success with errors", replyOf(202, { errors: ["no"] })],
    ["another text", replyOf(200, "OK")],
  ])("is never success and drops nothing: %s", (_, reply) => {
    expect(verdictOn(reply)).toMatchObject({ kind: "retry", reason: expect.stringContaining("unintelligible") });
  });

  it.each<[number, object | string]>([
    [400, "<html>Your request was blocked</html>"],
    [400, "bad request"],
    [400, ""],
    [400, { message: "Bad Request" }],
    [400, { error: "Bad Request", status: 400 }],
    [401, "<html>Sign in</html>"],
    [403, "Forbidden"],
    [410, {}],
    [422, { detail: "no" }],
  ])("gives up no event for sure where it refuses them: %d %j", (status, body) => {
    const verdict = verdictOn(replyOf(status, body));
    const isSuspended = status === 401 || status === 403 || replyOf(status, body).text.startsWith("<");
    expect(verdict).toMatchObject(
      isSuspended ? { kind: "suspend", fix: expect.stringMatching(/proxies/) } : { kind: "rejected", confirmed: false },
    );
  });

  it.each([{ errors: [{ title: 5, detail: null }] }, { errors: [] }])("may word its errors oddly: %j", (body) => {
    expect(verdictOn(replyOf(503, body))).toMatchObject({ kind: "retry", reason: expect.stringContaining("503") });
  });
});
