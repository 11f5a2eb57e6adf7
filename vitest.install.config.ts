import { defineConfig } from "vitest/config";

// Packages as strangers install them, through a private registry on loopback.
export default defineConfig({
  test: {
    include: ["tests/install/**/*.install.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
