import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const SCRIPT = join(import.meta.dirname, "../scripts/api-report.mjs");

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "api-"));
  mkdirSync(join(root, "packages/core/dist"), { recursive: true });
  declare("1.0.0", "export interface Sink {\n  send(): void;\n}\nexport declare function open(): Sink;\n");
});
afterEach(() => rmSync(root, { recursive: true }));

function declare(version: string, text: string): void {
  const exports = { ".": { types: "./dist/index.d.ts" }, "./package.json": "./package.json" };
  writeFileSync(join(root, "packages/core/package.json"), JSON.stringify({ name: "@arbitex/core", version, exports }));
  writeFileSync(
    join(root, "packages/core/dist/index.d.ts"),
    'export type { Sink } from "./sink.ts";\nexport { open } from "./sink.ts";\n',
  );
  writeFileSync(join(root, "packages/core/dist/sink.d.ts"), text);
}

function report(...words: readonly string[]) {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, ...words, "--root", root], { encoding: "utf8" });
  return { status, stderr };
}

describe("the report of the published API", () => {
  it("is good when it says what is declared, whatever the comments", () => {
    expect(report("--update").status).toBe(0);
    declare(
      "1.0.0",
      "/** More. */\nexport interface Sink {\n  send(): void;\n}\nexport declare function open(): Sink;\n",
    );
    expect(report()).toEqual({ status: 0, stderr: "" });
  });

  it("wants an addition recorded", () => {
    report("--update");
    declare(
      "1.1.0",
      "export interface Sink {\n  send(): void;\n  close?(): void;\n}\nexport declare function open(): Sink;\n",
    );
    expect(report()).toMatchObject({ status: 1, stderr: expect.stringContaining("close?(): void;") });
    expect(report("--update").status).toBe(0);
    expect(report().status).toBe(0);
  });

  it.each([
    ["removed", "export interface Sink {\n}\nexport declare function open(): Sink;\n"],
    ["changed", "export interface Sink {\n  send(now: boolean): void;\n}\nexport declare function open(): Sink;\n"],
  ])("refuses what is %s within a major version, also to record it", (_, text) => {
    report("--update");
    declare("1.1.0", text);
    for (const words of [[], ["--update"]]) {
      expect(report(...words)).toMatchObject({ status: 1, stderr: expect.stringContaining("Sink: send(): void;") });
    }
    expect(report("--update", "--breaking").status).toBe(0);
    expect(report().status).toBe(0);
  });

  it("records everything before the first release", () => {
    report("--update");
    declare("0.9.0", "export interface Sink {\n}\nexport declare function open(): Sink;\n");
    expect(report("--update").status).toBe(0);
  });
});
