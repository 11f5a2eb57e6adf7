import { defineConfig } from "vitest/config";
import { sources } from "./vitest.sources.ts";

// Packages as strangers install them, through a private registry on loopback.
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ["tests/install/**/*.install.test.ts"],
    globalSetup: "tests/install/share-registry.ts",
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Package managers wait for the registry and the disk half of the time.
    maxWorkers: 3,
  },
});
