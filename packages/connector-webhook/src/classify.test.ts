import type { HttpReply, SendResult } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import { classifyReply } from "./classify.ts";

function reply(status: number, text = "", headers: HttpReply["headers"] = {}): HttpReply {
  return { status, headers, text };
}

describe("an answer", () => {
  it.each<[string, HttpReply, Partial<SendResult>]>([
    ["200", reply(200, "ok"), { kind: "accepted" }],
    ["202", reply(202), { kind: "accepted" }],
    ["204", reply(204), { kind: "accepted" }],
    ["a page", reply(200, "<!doctype html><title>Sign in</title>"), { kind: "retry" }],
    ["400", reply(400, '{"error":"bad"}'), { kind: "rejected", confirmed: false }],
    ["422", reply(422, "no"), { kind: "rejected", confirmed: false }],
    ["a page that refuses", reply(400, "<html>no</html>"), { kind: "suspend" }],
    ["401", reply(401), { kind: "suspend" }],
    ["403", reply(403), { kind: "suspend" }],
    ["404", reply(404), { kind: "suspend" }],
    ["410", reply(410), { kind: "suspend", reason: "HTTP 410" }],
    ["413", reply(413), { kind: "too-large" }],
    ["408", reply(408), { kind: "retry" }],
    ["429", reply(429, "", { "retry-after": "30" }), { kind: "retry" }],
    ["500", reply(500), { kind: "retry" }],
    ["502", reply(502), { kind: "retry" }],
    ["503", reply(503, "", { "retry-after": "5" }), { kind: "retry" }],
    ["504", reply(504), { kind: "retry" }],
    ["a redirect", reply(302, "", { location: "https://login.example.com/" }), { kind: "suspend" }],
  ])("means what the specification suggests: %s", (_, answer, expected) => {
    expect(classifyReply(answer, { now: 0 })).toMatchObject(expected);
  });

  it("asks for as long a wait as its header says", () => {
    expect(classifyReply(reply(429, "", { "retry-after": "30" }), { now: 0 })).toHaveProperty("afterMs", 30_000);
  });

  it("says what to do where the receiver wants no more", () => {
    const verdict = classifyReply(reply(410), { now: 0 });
    expect(verdict.kind === "suspend" && verdict.fix).toMatch(/410 Gone.*remove this destination/);
  });

  it.each([
    ['{"status":"ok"}', "accepted"],
    ["", "retry"],
    ['{"status":"portal"}', "retry"],
  ])("is good only with the text that is expected: %j", (text, kind) => {
    expect(classifyReply(reply(200, text), { text: '"ok"', now: 0 }).kind).toBe(kind);
  });
});
