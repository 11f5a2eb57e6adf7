import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../repository-root.ts";

/** Checks a commit out beside the system's temporary files and builds it, unless that was done before. */
export function builtWorktree(commit: string): string {
  const hash = git("rev-parse", "--verify", `${commit}^{commit}`);
  const folder = join(tmpdir(), `arbitex-bench-${hash.slice(0, 12)}`);
  if (existsSync(join(folder, "bench", "dist", "main.js"))) return folder;
  process.stderr.write(`› building ${hash.slice(0, 12)} in ${folder}\n`);
  git("worktree", "prune");
  if (!existsSync(folder)) git("worktree", "add", "--detach", folder, hash);
  for (const [command, args] of [
    [process.execPath, [join(folder, "scripts", "build.mjs")]],
    [join(folder, "node_modules", ".bin", "tsc"), ["-b", "bench"]],
  ] as const) {
    execFileSync(command, args, { cwd: folder, stdio: ["ignore", 2, 2] });
  }
  return folder;
}

function git(...args: readonly string[]): string {
  return execFileSync("git", [...args], { cwd: repositoryRoot, encoding: "utf8", stdio: ["ignore", "pipe", 2] }).trim();
}
