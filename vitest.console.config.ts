import { defineConfig } from "vitest/config";
import { sources } from "./vitest.sources.ts";

// The console in a real browser, against the real server and simulators. They say loudly when there is no browser.
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include:
      process.env["CONSOLE_MEASURE"] === undefined
        ? ["tests/console/**/*.browser.test.ts"]
        : ["tests/console/weight.browser.test.ts", "tests/console/tap.browser.test.ts", "tests/console/*.measure.ts"],
    globalSetup: ["tests/console/global-setup.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
