import { expect, it } from "vitest";
import { TokenError, tokenVerdictOf } from "./token-error.ts";

it("keeps the verdict that a source of tokens came to", () => {
  const verdict = { kind: "suspend", reason: "no token: HTTP 401", fix: "Renew the secret." } as const;
  expect(tokenVerdictOf(new TokenError(verdict))).toBe(verdict);
  expect(new TokenError(verdict).message).toBe("no token: HTTP 401");
});

it("never calls a failure to get a token ambiguous: no event was sent", () => {
  const reset = Object.assign(new Error("reset"), { code: "ECONNRESET" });
  expect(tokenVerdictOf(reset)).toEqual({ kind: "retry", reason: "no token: ECONNRESET: reset" });
});

it("waits for a person where only one can make the connection work again", () => {
  const expired = Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" });
  expect(tokenVerdictOf(expired)).toMatchObject({
    kind: "suspend",
    reason: expect.stringMatching(/^no token: /),
    fix: expect.any(String),
  });
});
