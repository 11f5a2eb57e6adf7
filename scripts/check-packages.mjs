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

for (const name of readdirSync(join(root, "packages"))) {
  const folder = join(root, "packages", name);
  const { private: isPrivate, exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (isPrivate || exports === undefined) continue;
  step(`checking the package ${name}`);
  runTool("publint", ["--pack", "npm", "--strict", folder]);
  const out = mkdtempSync(join(tmpdir(), "pack-"));
  try {
    runTool("attw", ["--profile", "esm-only", "--format", "ascii", "--pack", folder], {
      env: { ...process.env, TMPDIR: out },
    });
    run("npx", ["--yes", repository.packageManager, "pack", "--pack-destination", out], {
      cwd: folder,
      stdio: "ignore",
    });
    const tarball = readdirSync(out).find((file) => file.endsWith(".tgz"));
    execFileSync("tar", ["-xzf", tarball], { cwd: out });
    problems.push(...packedProblems(join(out, "package"), repository).map((problem) => `${name}/${problem}`));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
step("making the next versions on a copy");
checkVersionedCopy();

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
