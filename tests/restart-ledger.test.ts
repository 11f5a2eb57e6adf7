import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const SCRIPT = join(import.meta.dirname, "..", "scripts", "restart-ledger.mjs");

it("a server's books close over restarts under load, kill -9 among them", { timeout: 300_000 }, async () => {
  const words = ["--restarts", "4", "--seed", "3"];
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...words]);
  const report: unknown = JSON.parse(stdout);
  expect(report).toMatchObject({ restarts: 4, faults: [] });
});
