import { defineConfig } from "vitest/config";
import { sources } from "./vitest.sources.ts";

export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ["packages/*/src/**/*.test.ts", "tests/**/*.test.ts"],
    exclude: ["**/*.peer.test.ts", "**/*.install.test.ts", "**/*.browser.test.ts", "**/node_modules/**"],
    // Far more than anything takes: only what hangs comes to these, and nothing that waits for a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    // More than cores: many tests wait for a process, a time limit or the disk.
    maxWorkers: 3,
  },
});
