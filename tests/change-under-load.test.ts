import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const SCRIPT = join(import.meta.dirname, "..", "scripts", "change-under-load.mjs");

it.each(["disk", "memory"])("two hundred changes under load lose nothing, with queues in the %s", async (store) => {
  const words = ["--changes", "200", "--seed", "7", "--queue", store];
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...words]);
  const report: unknown = JSON.parse(stdout);
  expect(report).toMatchObject({ lost: 0, accounts: Array.from({ length: 9 }, () => ({ addsUp: true, queued: 0 })) });
});
