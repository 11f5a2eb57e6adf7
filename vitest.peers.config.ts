import { defineConfig } from "vitest/config";

// Tests against software we did not write. They start it themselves and say loudly when they cannot.
export default defineConfig({
  test: {
    include: ["tests/peers/**/*.peer.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
