import { expect, it } from "vitest";
import type { SendResult } from "../connector/send-result.ts";
import { verdictStep } from "./verdict-step.ts";

it.each<[SendResult, "passed" | "failed"]>([
  [{ kind: "accepted" }, "passed"],
  [{ kind: "rejected", reason: "400 request body is required", confirmed: true }, "passed"],
  [{ kind: "rejected", reason: "400 no", confirmed: false }, "failed"],
  [{ kind: "suspend", reason: "403", fix: "Give it a key." }, "failed"],
  [{ kind: "suspend", reason: "403" }, "failed"],
  [{ kind: "retry", reason: "503" }, "failed"],
  [{ kind: "too-large", reason: "413" }, "failed"],
])("tells from %j whether a delivery would get through", (verdict, status) => {
  const step = verdictStep("intake", verdict, "the intake takes requests");
  expect(step).toMatchObject({ name: "intake", status });
  if ("reason" in verdict) expect(step.detail).toContain(verdict.reason);
  if (verdict.kind === "suspend") expect(step.fix).toBe(verdict.fix);
});
