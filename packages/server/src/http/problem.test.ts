import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { problemCodes } from "./problem.ts";

it("has a code for each problem that docs/api.md explains, and explains each that there is", () => {
  const page = readFileSync(new URL("../../../../docs/api.md", import.meta.url), "utf8");
  const explained = [...page.matchAll(/^\| `([a-z_]+)` \| \d{3}/gm)].map(([, code = ""]) => code);
  expect(new Set(explained)).toEqual(new Set(problemCodes));
  expect(explained.length).toBe(problemCodes.length);
});
