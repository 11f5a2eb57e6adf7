import { describe, expect, it } from "vitest";
import type { DialStep } from "../../connector/http-transport.ts";
import { createDialSteps } from "./dial-steps.ts";

const origin = "https://siem.example";

/** The name of a connector's step after these parts of the dialling. */
function nameAfter(parts: readonly DialStep["name"][], step: { status: "passed" | "failed"; detail: string }): string {
  const steps = createDialSteps();
  for (const name of parts) steps.stepOf({ origin, name, detail: "" });
  return steps.renamed({ name: "connect", ...step }).name;
}

describe("a connector's step connect", () => {
  it.each([
    [[], "getaddrinfo ENOTFOUND siem.example", "resolve"],
    [[], "port 25 is not open", "connect"],
    [["resolve"], "ECONNREFUSED", "connect"],
    [["resolve", "connect"], "CERT_HAS_EXPIRED", "tls"],
    [["resolve", "connect", "tls"], "the server closed the connection", "answer"],
  ] as const)("that failed after %j with %j is %s", (parts, detail, name) => {
    expect(nameAfter(parts, { status: "failed", detail })).toBe(name);
  });

  it("that passed is the answer, or stays as it is where nothing is known of the connection", () => {
    expect(nameAfter(["connect", "tls"], { status: "passed", detail: "HTTP 200" })).toBe("answer");
    expect(nameAfter([], { status: "passed", detail: "10.0.0.1" })).toBe("connect");
  });
});

it("only the first connection of a check makes steps", () => {
  const steps = createDialSteps();
  expect(steps.stepOf({ origin, name: "connect", detail: "10.0.0.1" })).toMatchObject({ status: "passed" });
  expect(steps.stepOf({ origin, name: "connect", detail: "10.0.0.1" })).toBeUndefined();
  expect(steps.stepOf({ origin: "https://login.example", name: "tls", detail: "" })).toBeUndefined();
});
