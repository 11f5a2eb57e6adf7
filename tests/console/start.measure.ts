import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsoleTest } from "./console-test.ts";
import { isBrowserMissing, startConsoleTest } from "./console-test.ts";

const RUNS = 9;
const MOST_MS = 1000;

/** Remembers when the form to sign in could be used first, by the page's own clock. */
const WATCH = `
  const look = () => {
    const root = document.querySelector("arbitex-console")?.shadowRoot;
    if (root?.querySelector("button[type=submit]")) window.usableAt = performance.now();
    else requestAnimationFrame(look);
  };
  look();
`;

describe.skipIf(isBrowserMissing)("the console's start", () => {
  let test: ConsoleTest;

  beforeAll(async () => {
    test = await startConsoleTest();
  });
  afterAll(() => test?.close());

  it(`takes at most ${MOST_MS} ms until it can be used, with nothing in the browser's cache`, async () => {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const page = await test.open();
      await page.addInitScript(WATCH);
      await page.goto(`${test.origin}/console/`);
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      times.push(await page.evaluate<number>("window.usableAt"));
      await page.context().close();
    }
    const sorted = times.toSorted((a, b) => a - b);
    const median = sorted[(RUNS - 1) / 2] ?? Infinity;
    const [fastest = 0, slowest = 0] = [sorted[0], sorted.at(-1)];
    const range = `${Math.round(fastest)} to ${Math.round(slowest)}`;
    process.stderr.write(`Usable after ${Math.round(median)} ms (median of ${RUNS} runs, ${range}).\n`);
    expect(median).toBeLessThanOrEqual(MOST_MS);
  });
});
