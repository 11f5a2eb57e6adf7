import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");
export const BIN = join(ROOT, "packages/server/bin/arbitex-siem.js");
/** What runs leave behind, by their seed. */
export const RUNS = join(ROOT, "faults", "runs");
