import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ci-summary-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function summary(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const script = join(import.meta.dirname, "..", ".ci", "summary.mjs");
  const { status, stdout } = spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
  return { status, lines: stdout.trimEnd().split("\n") };
}

function report(failed: readonly { readonly fullName: string; readonly failureMessages: readonly string[] }[]): string {
  const assertionResults = [
    { status: "passed", fullName: "good", failureMessages: [] },
    ...failed.map((result) => ({ status: "failed", ...result })),
  ];
  const testResults = [{ name: "/x/tests/a.test.ts", status: "failed", message: "", assertionResults }];
  return JSON.stringify({ numPassedTests: 40, numPendingTests: 3, testResults });
}

it("ends with one line of counts where all is well", () => {
  const { status, lines } = summary({ "steps.tsv": "tests\t0\t70\ndocs\t0\t5\n", "tests.json": report([]) });
  expect([status, lines.at(-1)]).toEqual([0, "42 passed, 0 failed, 3 skipped"]);
});

it("ends with the failing step and test and the first lines of its error, then the counts", () => {
  const failed = [
    { fullName: "a host keeps its word", failureMessages: ["Error: 1 is not 2\nat line 7\n3\n4\nfar down"] },
  ];
  const { status, lines } = summary({ "steps.tsv": "tests\t1\t70\ndocs\t0\t5\n", "tests.json": report(failed) });
  expect([status, lines.at(-1)]).toEqual([1, "41 passed, 1 failed, 3 skipped"]);
  const text = lines.join("\n");
  expect(text).toContain("✗ tests\n    ✗ a.test.ts: a host keeps its word\n");
  expect(text).toContain("Error: 1 is not 2\n    at line 7\n    3\n    4");
  expect(text).not.toContain("far down");
});

it("shows the end of a step's output where the step ran no tests, or broke before it could", () => {
  const log = `${"noise\n".repeat(100)}docs/a.md links to nothing\n`;
  const { lines } = summary({ "steps.tsv": "docs\t1\t5\n", "docs.log": log });
  expect(lines.slice(-3)).toEqual(["    docs/a.md links to nothing", "", "0 passed, 1 failed"]);
});

it("never shows more than fits into the end of a log", () => {
  const failed = Array.from({ length: 300 }, (_, index) => {
    return { fullName: `test ${index} ${"x".repeat(90)}`, failureMessages: ["y".repeat(500)] };
  });
  const { lines } = summary({ "steps.tsv": "tests\t1\t70\n", "tests.json": report(failed) });
  expect(lines.at(-1)).toBe("40 passed, 300 failed, 3 skipped");
  expect(lines.join("\n").length).toBeLessThan(2500);
});
