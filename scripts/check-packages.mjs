// Packs every published package and looks at it as npm, TypeScript and a user will.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run, runTool, step } from "./bootstrap.mjs";
import { packedProblems } from "./check-packages/packed-problems.mjs";
import { checkVersionedCopy } from "./check-packages/versioned-copy.mjs";

const repository = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const problems = [];

const out = mkdtempSync(join(tmpdir(), "pack-"));
try {
  // As a release packs them, all at once.
  const pack = ["--recursive", "--filter", "./packages/*", "pack", "--pack-destination", out];
  run("npx", ["--yes", repository.packageManager, ...pack], { stdio: ["ignore", "ignore", 2] });
  for (const name of readdirSync(join(root, "packages"))) {
    const manifest = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
    if (manifest.private || manifest.exports === undefined) continue;
    step(`checking the package ${name}`);
    const tarball = join(out, `arbitex-${name}-${manifest.version}.tgz`);
    runTool("publint", ["run", "--strict", tarball]);
    runTool("attw", ["--profile", "esm-only", "--format", "ascii", tarball]);
    const folder = mkdtempSync(join(out, "unpacked-"));
    execFileSync("tar", ["-xzf", tarball], { cwd: folder });
    problems.push(...packedProblems(join(folder, "package"), repository).map((problem) => `${name}/${problem}`));
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
step("making the next versions on a copy");
checkVersionedCopy();

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
