// Makes the next versions on a copy, and looks whether the formatter still agrees: the release's own commit must pass the checks.
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../bootstrap.mjs";

export function checkVersionedCopy() {
  const copy = mkdtempSync(join(tmpdir(), "versions-"));
  const run = (name, args) =>
    execFileSync(name, args, { cwd: copy, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const tool = (name, args) => run(join(root, "node_modules/.bin", name), args);
  try {
    const names = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8", maxBuffer: 1e8 });
    for (const name of names.split("\0").filter(Boolean)) {
      mkdirSync(join(copy, dirname(name)), { recursive: true });
      cpSync(join(root, name), join(copy, name), { force: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    run("git", ["init", "--quiet"]);
    tool("changeset", ["version"]);
    tool("biome", ["format"]);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
