import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "tests/**/*.test.ts"],
    exclude: ["**/*.peer.test.ts", "**/node_modules/**"],
    testTimeout: 20_000,
    maxWorkers: 2,
  },
});
