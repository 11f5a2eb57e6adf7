import { expect, it } from "vitest";
import byDefault, { cortexXsiam } from "./index.ts";

it("is the default export too", () => {
  expect(byDefault).toBe(cortexXsiam);
});
