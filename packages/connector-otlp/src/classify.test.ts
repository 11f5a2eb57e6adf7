import type { HttpReply, SendResult } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import type { Asked } from "./classify.ts";
import { classifyReply } from "./classify.ts";

const asked: Asked = { encoding: "protobuf", events: 3, now: 0 };

function binary(status: number, hex: string, headers: HttpReply["headers"] = {}): HttpReply {
  const bytes = Buffer.from(hex, "hex");
  const all = { "content-type": "application/x-protobuf", ...headers };
  return { status, headers: all, text: bytes.toString("utf8"), bytes };
}

function json(status: number, value: unknown, headers: HttpReply["headers"] = {}): HttpReply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    text: JSON.stringify(value),
  };
}

function plain(status: number, text: string, headers: HttpReply["headers"] = {}): HttpReply {
  return { status, headers: { "content-type": "text/plain", ...headers }, text };
}

/** 200 refused, "no": a length of two bytes that are no UTF-8. */
const REFUSED_200 = "0a0708c80112026e6f";

describe("an answer of success", () => {
  it.each<[string, HttpReply]>([
    ["a message that says nothing", binary(200, "")],
    ["an empty partial success, as the Collector has it", binary(200, "0a00")],
    ["nothing at all, as VictoriaLogs has it", { status: 200, headers: {}, text: "" }],
    ["an empty object", json(200, {})],
    ["an empty partial success in JSON", json(200, { partialSuccess: {} })],
    ["a partial success of none", json(200, { partialSuccess: { rejectedLogRecords: "0", errorMessage: null } })],
    ["no content", { status: 204, headers: {}, text: "" }],
  ])("is taken: %s", (_, reply) => {
    expect(classifyReply(reply, asked)).toEqual({ kind: "accepted" });
  });

  it.each<[string, HttpReply]>([
    ["a web page", { status: 200, headers: { "content-type": "text/html" }, text: "<html>Sign in</html>" }],
    ["text", plain(200, "ok")],
    ["half a message", binary(200, "0a07")],
    ["bytes that are no message", binary(200, "ffff")],
    ["a message with other fields", binary(200, "1203616263")],
    ["another service's object", json(200, { status: "ok" })],
    ["a list", json(200, [])],
    ["half of some JSON", { status: 200, headers: { "content-type": "application/json" }, text: '{"partial' }],
    ["a count that is none", json(200, { partialSuccess: { rejectedLogRecords: "many" } })],
  ])("is never believed where it makes no sense: %s", (_, reply) => {
    expect(classifyReply(reply, asked)).toMatchObject({ kind: "retry" });
  });

  it("is never an empty body where JSON was asked for", () => {
    expect(classifyReply({ status: 200, headers: {}, text: "" }, { ...asked, encoding: "json" }).kind).toBe("retry");
  });

  it("passes on what the receiver remarks", () => {
    const remarks: string[] = [];
    const reply = json(200, { partialSuccess: { errorMessage: "use  newer\nnames" } });
    expect(classifyReply(reply, { ...asked, warn: (text) => remarks.push(text) })).toEqual({ kind: "accepted" });
    expect(remarks).toEqual(["use newer names"]);
  });
});

describe("a partial success", () => {
  it("makes every event of the batch one that may be stored or not", () => {
    const verdict = classifyReply(
      json(200, { partialSuccess: { rejectedLogRecords: "1", errorMessage: "old" } }),
      asked,
    );
    expect(verdict).toMatchObject({ kind: "partial", ambiguous: true });
    expect(verdict.kind === "partial" && verdict.failures).toMatchObject(
      [0, 1, 2].map((index) => ({
        index,
        outcome: "rejected",
        reason: expect.stringMatching(/1 were refused.*: old$/),
      })),
    );
  });

  it.each([
    ["of all", binary(200, REFUSED_200), 200],
    ["of more than there were", binary(200, REFUSED_200), 3],
    ["of the only one", json(200, { partialSuccess: { rejectedLogRecords: 1, errorMessage: "no" } }), 1],
  ])("is a refusal of each where it is one %s", (_, reply, events) => {
    const verdict = classifyReply(reply, { ...asked, events });
    expect(verdict).not.toHaveProperty("ambiguous");
    expect(verdict.kind === "partial" && verdict.failures.map(({ reason }) => reason)).toEqual(
      Array.from({ length: events }, () => "refused: no"),
    );
  });
});

describe("a refusal", () => {
  it.each<[string, HttpReply, Partial<Extract<SendResult, { reason: string }>>]>([
    ["429", json(429, { message: "slow down" }, { "retry-after": "7" }), { kind: "retry", afterMs: 7000 }],
    ["502", plain(502, "bad gateway"), { kind: "retry", ambiguous: true }],
    ["503 in protobuf", binary(503, "080e120462757379", { "retry-after": "2" }), { kind: "retry", afterMs: 2000 }],
    ["504", plain(504, ""), { kind: "retry", ambiguous: true }],
    ["400 in OTLP's words", binary(400, "080312026e6f"), { kind: "rejected", confirmed: true, reason: "HTTP 400: no" }],
    ["400 in other words", plain(400, "no"), { kind: "rejected", confirmed: false }],
    ["a page", plain(400, "<html>no</html>"), { kind: "suspend" }],
    ["500", binary(500, "080d12026e6f"), { kind: "rejected", confirmed: false }],
    ["501", plain(501, ""), { kind: "rejected", confirmed: false }],
    ["408", plain(408, ""), { kind: "rejected", confirmed: false }],
    ["413", plain(413, ""), { kind: "too-large" }],
    ["401", plain(401, "401 Unauthorized"), { kind: "suspend", fix: expect.stringMatching(/bearer_token/) }],
    ["403", json(403, { code: 7, message: "no" }), { kind: "suspend", fix: expect.stringMatching(/allowed/) }],
    ["404", plain(404, "404 page not found"), { kind: "suspend", fix: expect.stringMatching(/\/v1\/logs/) }],
    ["415", plain(415, ""), { kind: "suspend", fix: expect.stringMatching(/encoding/) }],
    ["302", plain(302, "", { location: "https://login.example.com/x" }), { kind: "suspend" }],
  ])("means what the specification says: %s", (_, reply, expected) => {
    expect(classifyReply(reply, asked)).toMatchObject(expected);
  });

  it("as too large is one, although the Collector's has status 400", () => {
    const text = Buffer.from("http: request body too large");
    const reply = binary(400, `0803121c${text.toString("hex")}`);
    expect(classifyReply(reply, asked)).toEqual({ kind: "too-large", reason: `HTTP 400: ${text.toString()}` });
  });

  it("of JSON names the other encoding, where the receiver takes that alone", () => {
    const reply = plain(400, "json encoding isn't supported for opentelemetry format. Use protobuf encoding");
    expect(classifyReply(reply, { ...asked, encoding: "json" })).toMatchObject({
      kind: "suspend",
      fix: expect.stringMatching(/set encoding to protobuf/),
    });
  });
});
