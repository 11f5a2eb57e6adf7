import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { checksOfPackage, findPackage, runChecks } from "@arbitex/testkit/verify";
import { afterAll, describe, expect, it } from "vitest";
import type { Mutation } from "./mutations.ts";
import { mutants } from "./mutants.ts";
import type { Files } from "./sample-package.ts";
import { guideExample, samplePackage } from "./sample-package.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "verify-"));
// What a deployment has installed beside the packages.
symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: string | number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the two examples may say differently. */
const bare = (text: string) => text.replaceAll(/description: "[^"]*"|^import.*$/gm, "");

function installed(name: string, files: Files): string {
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, name, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  return join(folder, name);
}

const changed = (mutation: Mutation) => mutation(samplePackage);
const sample = installed("sample", samplePackage);

async function groupsOf(path: string, before = sample) {
  return checksOfPackage(await findPackage(path, folder), await findPackage(before, folder));
}

describe("verify", () => {
  it("has nothing against the README's example, but for what its SIEM cannot do", async () => {
    const results = await runChecks(await groupsOf(sample));
    expect(results.filter(({ status }) => status === "failed")).toEqual([]);
    expect(results.filter(({ status }) => status === "left_out").map(({ id }) => id)).toEqual(["fault-partial"]);
    expect(results.length).toBeGreaterThanOrEqual(60);
  });

  it("has a mutant for each of its checks, and none besides", async () => {
    const ids = (await groupsOf(sample)).flatMap(({ checks }) => checks.map(({ id }) => id));
    expect(Object.keys(mutants).toSorted()).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
  });

  // Some of them wait ten seconds for what never comes: all the others pass meanwhile.
  it.concurrent.each(Object.entries(mutants).map(([id, mutant]) => ({ id, ...mutant })))(
    "sees $mistake: $id",
    async (mutant) => {
      const { id } = mutant;
      const path = installed(id, changed(mutant.mutation));
      const before = mutant.before && installed(`${id}-before`, changed(mutant.before));
      const groups = (await groupsOf(path, before)).map(({ name, checks }) => ({
        name,
        checks: checks.filter((check) => check.id === id),
      }));
      const results = await runChecks(groups);
      expect(results).toMatchObject([{ id, status: "failed", problems: expect.arrayContaining([expect.any(String)]) }]);
    },
  );

  it("checks what the guide shows as well", () => {
    expect(bare(guideExample)).toBe(bare(samplePackage["dist/index.js"] ?? ""));
  });
});

describe.concurrent("arbitex-testkit verify", () => {
  const bin = join(root, "packages/testkit/bin/arbitex-testkit.js");
  const run = (...words: string[]): Promise<Ended> =>
    new Promise((resolve) => {
      execFile(process.execPath, [bin, ...words], { cwd: folder }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : (error.code ?? null), stdout, stderr });
      });
    });

  it("prints one JSON document, and exits with 0 when all is well and with 1 when it is not", async () => {
    const { code, stdout } = await run("verify", "./sample", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ package: "acme-arbitex-connector", version: "1.0.0", failed: 0 });
    const broken = await run(
      "verify",
      installed("no-export", changed(mutants["default-export"]?.mutation ?? ((same) => same))),
    );
    expect(broken.code).toBe(1);
    expect(broken.stdout).toMatch(/✗ default-export .*\n +The default export of .* is no connector/);
    expect(broken.stdout).not.toContain("\u001b[");
  });

  it.each([
    [
      "waits for ever when it is imported",
      "await new Promise(() => {}); export default {};",
      "it ends the process, or waits",
    ],
    ["ends the process that imports it", "process.exit(0); export default {};", "it ends the process, or waits"],
    ["works for ever when it is imported", "while (true) {}", "is not imported after 10 s: it works without end"],
    ["leaves a timer behind", "setInterval(() => {}, 1000); export default {};", "does not end"],
  ])("reports on a module that %s, and ends", async (name, module, problem) => {
    const { code, stdout } = await run(
      "verify",
      installed(name.replaceAll(" ", "-"), { ...samplePackage, "dist/index.js": module }),
    );
    expect([code, stdout]).toEqual([1, expect.stringContaining(problem)]);
  });

  it("repeats what failed at the end, and says once why checks are left out", async () => {
    const { stdout } = await run("verify", installed("no-readme", { ...samplePackage, "README.md": "" }));
    expect(stdout).toMatch(/\nFailed\n {2}✗ readme +The package: has a README\n.*\n[^–]*: \d failed, \d+ passed/);
    expect(stdout.match(/No earlier version was given/g)).toHaveLength(1);
  });

  it.each([
    [["verify"], "Say which package"],
    [["verify", "no-such-package"], "npm install no-such-package"],
    [["verify", "./nowhere"], "has no package.json"],
    [["verify", "./sample", "--jsn"], "--jsn"],
    [["vreify"], "There are: options, verify"],
  ])("exits with 2 for %j and says what to do", async (words, message) => {
    expect(await run(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
