import { expect, it } from "vitest";
import byDefault, { datadog } from "./index.ts";

it("is the default export too", () => {
  expect(byDefault).toBe(datadog);
});
