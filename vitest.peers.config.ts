import { defineConfig } from "vitest/config";
import { sources } from "./vitest.sources.ts";

// Tests against software we did not write. They start it themselves and say loudly when they cannot.
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ["tests/peers/**/*.peer.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Half of their time is waiting: for a server's start, an outage, a time limit.
    maxWorkers: 3,
  },
});
