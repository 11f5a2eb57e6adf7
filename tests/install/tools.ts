import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const TOOLS = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "install-tools");

/** Installs a package that is a program, once for each machine. Gives the folder of its `node_modules`. */
export function installTool(name: string, version: string): string {
  const folder = join(TOOLS, `${name.replaceAll("/", "-")}-${version}`);
  const modules = join(folder, "node_modules");
  if (existsSync(modules)) return modules;
  mkdirSync(TOOLS, { recursive: true });
  // Two test files may do so at the same time: each in a folder of its own, and the first is taken.
  const making = mkdtempSync(join(TOOLS, "making-"));
  writeFileSync(join(making, "package.json"), JSON.stringify({ private: true }));
  const words = ["install", "--no-audit", "--no-fund", "--ignore-scripts=false", `${name}@${version}`];
  execFileSync("npm", words, { cwd: making, stdio: "pipe" });
  try {
    renameSync(making, folder);
  } catch (error) {
    if (!existsSync(modules)) throw error;
    rmSync(making, { recursive: true });
  }
  return modules;
}

/** The folder with the `node` of a version, for the beginning of a PATH. */
export function nodeFolder(version: string): string {
  return join(installTool("node", version), "node", "bin");
}
