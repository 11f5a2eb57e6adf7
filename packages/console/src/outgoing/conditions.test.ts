import { describe, expect, it } from "vitest";
import type { Conditions } from "./conditions.ts";
import { celOf, conditionsOf } from "./conditions.ts";

const email = { attribute: "actor.user.email_addr", operator: "ends-with", value: "@example.com" } as const;
const status = { attribute: "status_id", operator: "is-not", value: "2" } as const;

describe("the form's conditions", () => {
  it("are an expression in CEL", () => {
    expect(celOf({ match: "all", rows: [email, status] })).toBe(
      'actor.user.email_addr.endsWith("@example.com") && !(status_id == 2)',
    );
    expect(celOf({ match: "any", rows: [{ attribute: "is_mfa", operator: "is", value: "true" }] })).toBe(
      "is_mfa == true",
    );
  });

  it("leave out a row that is not filled in yet", () => {
    expect(celOf({ match: "all", rows: [email, { attribute: "message", operator: "is", value: "" }] })).toBe(
      celOf({ match: "all", rows: [email] }),
    );
  });

  it.each<Conditions>([
    { match: "all", rows: [email] },
    { match: "any", rows: [email, status] },
    {
      match: "all",
      rows: [
        { attribute: "message", operator: "contains", value: '" && \\ || "' },
        { attribute: "src_endpoint.ip", operator: "starts-with", value: "10." },
        { attribute: "message", operator: "is", value: "42" },
        { attribute: "api.response.code", operator: "is", value: "403" },
      ],
    },
  ])("are found again in the expression they made", (conditions) => {
    expect(conditionsOf(celOf(conditions))).toEqual(conditions);
  });

  it.each([
    "severity_id >= 4",
    'a == "1" && b == "2" || c == "3"',
    'a == "1" && ',
    '!(a.contains("x"))',
    '!(a == "1"',
    'a == "1")',
    'a  == "1"',
    String.raw`a == "\x41"`,
    'status_id == "2"',
    "has(actor.user)",
  ])("are not made of %s, which holds more than the form shows", (cel) => {
    expect(conditionsOf(cel)).toBeUndefined();
  });
});
