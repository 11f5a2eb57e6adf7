// Runs the tests under other versions of Node, which npm brings: node scripts/test-nodes.mjs [--short] [VERSION…]
// `--short` leaves out what starts whole servers.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, install, root, run, step } from "./bootstrap.mjs";

const words = process.argv.slice(2);
const isShort = words.includes("--short");
const named = words.filter((word) => !word.startsWith("--"));
const versions = named.length > 0 ? named : ["22.23.3", "24.21.0"];

install();
build();
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
if (!existsSync(vitest)) throw new Error("vitest is not installed");
for (const version of versions) {
  step(`testing under Node ${version}`);
  const folders = isShort ? ["packages/core", "packages/connector-splunk", "packages/connector-elastic"] : [];
  run("npx", ["--yes", "-p", `node@${version}`, "node", vitest, "run", ...folders]);
}
