import type { HttpReply, SendResult } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import { classifyReply } from "./classify.ts";

const FAILED = { error: "error processing request, error: failed to process the request" };

function replyOf(status: number, body: object | string, headers: HttpReply["headers"] = {}): HttpReply {
  return { status, headers, text: typeof body === "string" ? body : JSON.stringify(body) };
}

function verdictOn(reply: HttpReply): SendResult {
  return classifyReply(reply, 0);
}

describe("the table of statuses", () => {
  it.each<[number, object | string, SendResult["kind"]]>([
    [400, FAILED, "rejected"],
    [401, "", "suspend"],
    [403, "", "suspend"],
    [404, "", "suspend"],
    [405, "", "suspend"],
    [408, "", "retry"],
    [413, "", "too-large"],
    [415, "", "suspend"],
    [429, "", "retry"],
    [500, FAILED, "retry"],
    [502, "", "retry"],
    [503, "", "retry"],
    [504, "", "retry"],
  ])("%d with the body %j is %s", (status, body, kind) => {
    expect(verdictOn(replyOf(status, body))).toMatchObject({
      kind,
      reason: expect.stringContaining(String(status)),
      ...(kind === "suspend" && { fix: expect.stringMatching(/^[A-Z].+\.$/) }),
    });
  });

  it.each<[number, object | string]>([
    [400, "<html>blocked</html>"],
    [401, "<html>Sign in</html>"],
    [400, ""],
    [400, "bad request"],
    [400, { message: "Bad Request" }],
    [400, { error: "Bad Request", status: 400, path: "/" }],
    [422, { detail: "no" }],
  ])("gives up no event for sure where others than Cortex XSIAM refuse them: %d %j", (status, body) => {
    const verdict = verdictOn(replyOf(status, body));
    const isSuspended = status === 401 || status === 403 || replyOf(status, body).text.startsWith("<");
    expect(verdict).toMatchObject(
      isSuspended ? { kind: "suspend", fix: expect.stringMatching(/proxies/) } : { kind: "rejected", confirmed: false },
    );
  });

  it("waits as long as it is asked to", () => {
    expect(verdictOn(replyOf(429, "", { "retry-after": "2" }))).toMatchObject({ kind: "retry", afterMs: 2000 });
  });
});

describe("a reply of success", () => {
  it.each([`{ "error": "false"}`, `{"error":false}`, `{"ok":"true"}`, `{"ok":true,"error":"false"}`])(
    "is success with the body %s",
    (body) => {
      expect(verdictOn(replyOf(200, body))).toEqual({ kind: "accepted" });
    },
  );

  it.each([
    `{"error":"true"}`,
    `{"error":true}`,
    `{"error":"no such dataset"}`,
    `{"ok":"false"}`,
    `{"ok":"true","error":"true"}`,
    `{"reply":{}}`,
    `{"error":"fal`,
    "",
    "OK",
    "<html>Sign in</html>",
  ])("is none with the body %j", (body) => {
    expect(verdictOn(replyOf(200, body))).toMatchObject({
      kind: "retry",
      reason: expect.stringContaining("unintelligible"),
    });
  });
});
