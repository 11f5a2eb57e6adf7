import type { HttpReply, SendResult } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import { classifyReply } from "./classify.ts";

const NOW = Date.parse("2026-03-01T00:00:00Z");
const QUOTA = "You have temporarily exceeded your Sumo Logic quota. Please retry later.";

function replyOf(status: number, body: object | string, headers: HttpReply["headers"] = {}): HttpReply {
  return { status, headers, text: typeof body === "string" ? body : JSON.stringify(body) };
}

function errorOf(status: number, code: string, message: string): object {
  return { status, id: "AB12-3", code, message, errors: [{ code, message }] };
}

function verdictOn(reply: HttpReply): SendResult {
  return classifyReply(reply, NOW);
}

describe("the table of statuses", () => {
  it.each<[number, SendResult["kind"]]>([
    [400, "rejected"],
    [401, "suspend"],
    [403, "suspend"],
    [404, "suspend"],
    [405, "suspend"],
    [408, "retry"],
    [413, "too-large"],
    [415, "suspend"],
    [429, "retry"],
    [500, "retry"],
    [502, "retry"],
    [503, "retry"],
    [504, "retry"],
  ])("%d is %s", (status, kind) => {
    expect(verdictOn(replyOf(status, errorOf(status, "some.code", "Some text.")))).toMatchObject({
      kind,
      reason: `${status} some.code: Some text.`,
      ...(kind === "suspend" && { fix: expect.stringMatching(/^[A-Z].+\.$/) }),
    });
  });

  it("knows the plain text of 429, and waits as long as it is asked to", () => {
    expect(verdictOn(replyOf(429, QUOTA, { "retry-after": "60" }))).toEqual({
      kind: "retry",
      reason: `HTTP 429: ${QUOTA}`,
      afterMs: 60_000,
    });
  });

  it.each([408, 504])("allows for stored messages after %d", (status) => {
    expect(verdictOn(replyOf(status, ""))).toMatchObject({ kind: "retry", ambiguous: true });
  });

  it.each<[number, object | string]>([
    [400, "<html>blocked</html>"],
    [400, ""],
    [400, "bad request"],
    [400, { message: "Bad Request" }],
    [400, { error: "Bad Request", status: 400 }],
    [422, { detail: "no" }],
  ])("gives up no event for sure where others than Sumo Logic refuse them: %d %j", (status, body) => {
    const verdict = verdictOn(replyOf(status, body));
    const isSuspended = status === 401 || status === 403 || replyOf(status, body).text.startsWith("<");
    expect(verdict).toMatchObject(
      isSuspended ? { kind: "suspend", fix: expect.stringMatching(/proxies/) } : { kind: "rejected", confirmed: false },
    );
  });
});

describe("a reply of success", () => {
  it.each<[string, object | string]>([
    ["without a body", ""],
    ["with a line break", "\r\n"],
    ["that says so in JSON", { status: 200, id: "AB12-3", code: "ok", message: "Received." }],
  ])("%s is success", (_, body) => {
    expect(verdictOn(replyOf(200, body))).toEqual({ kind: "accepted" });
  });

  it.each<[object | string, SendResult["kind"]]>([
    [errorOf(429, "quota", "Slow down."), "retry"],
    [errorOf(503, "busy", "Sorry."), "retry"],
    [errorOf(400, "bad", "Not this."), "rejected"],
    [errorOf(401, "unauthorized", "No."), "suspend"],
    [errorOf(200, "odd", "Some failed."), "retry"],
    ["<html>Sign in</html>", "retry"],
    ["{", "retry"],
    ["OK", "retry"],
    ["[]", "retry"],
    [{}, "retry"],
    [{ ok: true }, "retry"],
    [{ message: "Welcome." }, "retry"],
  ])("is none when its body says otherwise: %j", (body, kind) => {
    expect(verdictOn(replyOf(200, body)).kind).toBe(kind);
  });
});
