import { expect, it } from "vitest";
import { ApiProblem } from "../api/problem.ts";
import { placed } from "./server-problems.ts";

it("places the server's problems at their fields, and tells those that have none", () => {
  const problem = new ApiProblem({
    status: 422,
    code: "settings_invalid",
    detail: "",
    problems: [
      { path: "config.url", message: "expected an address.", fix: "Begin with https://." },
      { path: "config.headers.x", message: "expected text." },
      { path: "delivery.batch_size", message: "expected a number." },
    ],
  });
  const { atField, elsewhere } = placed(problem, new Set(["url", "headers"]));
  expect([...atField]).toEqual([
    ["url", "expected an address. Begin with https://."],
    ["headers", "expected text."],
  ]);
  expect(elsewhere.map(({ path }) => path)).toEqual(["delivery.batch_size"]);
});
