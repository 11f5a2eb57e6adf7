import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { validationErrorCodes, validationWarningCodes } from "./validation/codes.ts";

const page = readFileSync(fileURLToPath(new URL("../../../../docs/ocsf.md", import.meta.url)), "utf8");

describe("docs/ocsf.md", () => {
  it("names every code", () => {
    for (const code of [...validationErrorCodes, ...validationWarningCodes]) expect(page).toContain(`\`${code}\``);
  });
});
