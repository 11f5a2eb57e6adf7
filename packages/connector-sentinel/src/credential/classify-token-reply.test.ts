import type { HttpReply } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import { classifyTokenReply } from "./classify-token-reply.ts";

const NOW = Date.UTC(2026, 0, 15, 8);

describe("a refused token", () => {
  it.each<[number, string, number, RegExp]>([
    [401, "invalid_client", 7_000_215, /value of the secret.*not to its id/],
    [401, "invalid_client", 7_000_222, /expired/],
    [400, "unauthorized_client", 700_016, /client_id/],
    [400, "invalid_request", 90_002, /tenant_id/],
    [400, "invalid_scope", 70_011, /cloud/],
    [401, "invalid_client", 700_027, /certificate.*app registration/],
    [401, "invalid_client", 700_024, /clock/],
    [401, "invalid_client", 700_213, /subject of the token/],
    [400, "invalid_request", 123_456, /tenant_id, client_id and the credential/],
  ])("suspends on %d %s, AADSTS%d", (status, error, code, fix) => {
    expect(classifyTokenReply(entra(status, error, code), NOW)).toEqual({
      kind: "suspend",
      reason: `no token: HTTP ${status} ${error}: AADSTS${code}: It is wrong.`,
      fix: expect.stringMatching(fix),
    });
  });

  it("finds the code in the text where it is not listed", () => {
    const reply = replyOf(401, { error: "invalid_client", error_description: "AADSTS7000215: Invalid client secret." });
    expect(classifyTokenReply(reply, NOW)).toMatchObject({
      kind: "suspend",
      fix: expect.stringMatching(/not to its id/),
    });
  });

  it("suspends on what is no token service at all, without repeating its page", () => {
    expect(classifyTokenReply(replyOf(404, "<html>client_secret=s3cret</html>"), NOW)).toEqual({
      kind: "suspend",
      reason: "no token: HTTP 404, which is no answer of a token service",
      fix: expect.stringMatching(/authority_host/),
    });
  });
});

describe("trouble that passes", () => {
  it.each<[string, HttpReply]>([
    ["an overloaded tenant", entra(400, "invalid_request", 90_055)],
    ["a service that is not there for now", entra(400, "temporarily_unavailable", 0)],
    ["503", entra(503, "server_error", 90_033)],
    ["502 with a page", replyOf(502, "<html>bad gateway</html>")],
    ["a page with status 200", replyOf(200, "<html>Sign in</html>")],
    ["200 without a token", replyOf(200, { token_type: "Bearer" })],
  ])("is tried again: %s", (_, reply) => {
    expect(classifyTokenReply(reply, NOW)).toMatchObject({
      kind: "retry",
      reason: expect.stringMatching(/^no token: /),
    });
  });

  it("waits as long as it is asked to", () => {
    const reply = { ...entra(429, "temporarily_unavailable", 50_196), headers: { "retry-after": "20" } };
    expect(classifyTokenReply(reply, NOW)).toMatchObject({ kind: "retry", afterMs: 20_000 });
  });
});

function entra(status: number, error: string, code: number): HttpReply {
  const error_description = `AADSTS${code}: It is wrong. Trace ID: 1 Correlation ID: 2 Timestamp: 2026-01-15 08:00:00Z`;
  return replyOf(status, { error, error_description, error_codes: [code] });
}

function replyOf(status: number, body: object | string): HttpReply {
  return { status, headers: {}, text: typeof body === "string" ? body : JSON.stringify(body) };
}
