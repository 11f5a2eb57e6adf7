// Runs the tests under other versions of Node, which npm brings: node scripts/test-nodes.mjs [--short] [VERSION…]
// `--short` runs what a version of Node may change: network, files, threads, compression.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, install, root, run, step } from "./bootstrap.mjs";

const SHORT = [
  ...["transport", "files", "delivery/queue", "delivery/dead-letters", "delivery/transmit", "host"].map(
    (folder) => `packages/core/src/${folder}`,
  ),
  "packages/connector-splunk",
  "packages/connector-elastic",
];
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
  const folders = isShort ? SHORT : [];
  run("npx", ["--yes", "-p", `node@${version}`, "node", vitest, "run", ...folders]);
}
