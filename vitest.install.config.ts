import { defineConfig } from "vitest/config";
import { sources } from "./vitest.sources.ts";

// Packages as strangers install them, through a private registry on loopback.
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ["tests/install/**/*.install.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
