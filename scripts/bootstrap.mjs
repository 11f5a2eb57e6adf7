// Installs and builds with nothing but Node and npm on the machine. Plain JavaScript: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { removeStale } from "./remove-stale.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command in the repository's root and ends this process with its exit code when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
    ...options,
  });
  if (error) {
    console.error(`${command} could not be started: ${error.message}`);
    process.exit(1);
  }
  if (status !== 0) process.exit(status ?? 1);
}

/** A tool that the workspace installed, by name. */
export function runTool(name, args, options) {
  run(join(root, "node_modules", ".bin", name), args, options);
}

/** Progress belongs on stderr: stdout is the command's own answer. */
export function step(text) {
  process.stderr.write(`› ${text}\n`);
}

export function install() {
  requireNode(20, 19);
  if (isInstalled()) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  step(`installing with ${packageManager}`);
  run("npx", ["--yes", packageManager, "install", "--frozen-lockfile", "--reporter=append-only"], {
    stdio: ["ignore", 2, 2],
  });
}

export function build() {
  step("building");
  // The console's outputs are bundles, whose names are no source's; its own build replaces them.
  const folders = packageProjects().filter((folder) => folder !== "packages/console");
  for (const folder of [...folders, "bench", "faults"]) removeStale(join(root, folder));
  runTool("tsc", ["-b", ...packageProjects()], { stdio: ["ignore", 2, 2] });
  run(process.execPath, [join(root, "scripts", "bundle-core.mjs")], { stdio: ["ignore", 2, 2] });
  run(process.execPath, [join(root, "scripts", "bundle-framework.mjs")], { stdio: ["ignore", 2, 2] });
  run(process.execPath, [join(root, "scripts", "build-console.mjs")], { stdio: ["ignore", 2, 2] });
}

export function packageProjects() {
  const { references } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"));
  return references.map(({ path }) => path).filter((path) => path.startsWith("packages/"));
}

function isInstalled() {
  const marker = join(root, "node_modules", ".modules.yaml");
  if (!existsSync(marker)) return false;
  return statSync(marker).mtimeMs >= statSync(join(root, "pnpm-lock.yaml")).mtimeMs;
}

function requireNode(major, minor) {
  const [haveMajor, haveMinor] = process.versions.node.split(".").map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  console.error(`Node ${major}.${minor} or newer is needed; this is ${process.versions.node}.`);
  process.exit(2);
}
