// Has the scanner and the parser read mutated events, and fails when they differ. `--lines N` (10,000,000), `--seed N` (any).
import { join } from "node:path";
import { parseArgs } from "node:util";
import { install, root, run } from "./bootstrap.mjs";

const { values } = parseArgs({
  options: { lines: { type: "string", default: "10000000" }, seed: { type: "string", default: String(Date.now()) } },
});

install();
process.stderr.write(`› ${values.lines} lines, seed ${values.seed}\n`);
run(
  join(root, "node_modules", ".bin", "vitest"),
  ["run", "--maxWorkers=1", "packages/core/src/delivery/intake/accept-bytes.test.ts"],
  { env: { ...process.env, FUZZ_LINES: values.lines, FUZZ_SEED: values.seed } },
);
