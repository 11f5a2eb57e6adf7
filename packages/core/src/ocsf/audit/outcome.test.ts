import { describe, expect, it } from "vitest";
import { outcomeOfWords, readOutcome } from "./outcome.ts";

describe("readOutcome", () => {
  it.each([
    [{ outcome: "FAILURE" }, "failed"],
    [{ outcome: "Success" }, "success"],
    [{ outcome: "BLOCK" }, "refused"],
    [{ outcome: "ALLOW_WITH_OVERRIDE" }, "changed"],
    [{ outcome: "access denied" }, "refused"],
    [{ outcome: "not_allowed" }, "failed"],
    [{ outcome: "no error" }, "success"],
    [{ action_taken: "DENIED" }, "refused"],
    [{ action_taken: "REQUIRE_APPROVAL" }, "pending"],
    [{ status_code: 429 }, "failed"],
    [{ status_code: 403 }, "refused"],
    [{ status_code: 200 }, "success"],
    [{ status_code: "502" }, "failed"],
    [{ status_code: "429 Too Many Requests" }, "failed"],
    [{ success: false }, "failed"],
    [{ success: "true" }, "success"],
    [{ error: "bad password" }, "failed"],
    [{ error: { code: 7, message: "bad password" } }, "failed"],
    [{ error: "" }, undefined],
    [{ error: null }, undefined],
    [{ error: false }, undefined],
    [{ error: "none" }, undefined],
    [{ outcome: "ALLOW", status_code: 502 }, "failed"],
    [{ outcome: "SUCCESS", action_taken: "BLOCK" }, "refused"],
    [{ metadata: { outcome: "denied" } }, "refused"],
    [{ status: "failed" }, "failed"],
    [{ status: "pending" }, undefined],
    [{ outcome: "Tuesday" }, undefined],
    [{}, undefined],
  ])("reads %j as %s", (auditRecord, outcome) => {
    expect(readOutcome(auditRecord).outcome).toBe(outcome);
  });

  it("says why", () => {
    expect(readOutcome({ error: { message: "bad password" } }).reason).toBe("bad password");
    expect(readOutcome({ failure_reason: "locked" }).reason).toBe("locked");
  });
});

describe("outcomeOfWords", () => {
  it.each([
    ["login_failed", "failed"],
    ["userLoginSucceeded", "success"],
    ["request-timed-out", "failed"],
    ["auth.rejected", "refused"],
    ["chat_completion", undefined],
  ])("reads %s as %s", (name, outcome) => {
    expect(outcomeOfWords(name)).toBe(outcome);
  });
});
