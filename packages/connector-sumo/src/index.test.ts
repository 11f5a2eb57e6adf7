import { expect, it } from "vitest";
import byDefault, { sumoLogic } from "./index.ts";

it("is the default export too", () => {
  expect(byDefault).toBe(sumoLogic);
});
