// Packs every published package and looks at it as npm and TypeScript will.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, runTool, step } from "./bootstrap.mjs";

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
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
