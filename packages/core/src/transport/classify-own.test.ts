import { expect, it } from "vitest";
import { classifyOwn } from "./classify-own.ts";

it.each([
  [202, { kind: "accepted" }],
  [400, { kind: "rejected", reason: "what it says", confirmed: true }],
  [401, { kind: "suspend", reason: "what it says", fix: expect.any(String) }],
  [413, { kind: "too-large", reason: "what it says" }],
  [503, { kind: "retry", reason: "what it says", afterMs: 7000 }],
])("judges %d by its status, in the SIEM's words", (status, verdict) => {
  expect(classifyOwn({ status, headers: { "retry-after": "7" }, text: "" }, "what it says", 0)).toEqual(verdict);
});
