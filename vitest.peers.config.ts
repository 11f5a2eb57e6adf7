import { defineConfig } from "vitest/config";
import { sources } from "./vitest.sources.ts";

// Tests against software we did not write. They start it themselves and say loudly when they cannot.
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ["tests/peers/**/*.peer.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
