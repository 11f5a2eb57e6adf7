import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const run = promisify(execFile);

/** What a case prints; throws with what it said when it ends with another code than 0. */
async function play(...words: readonly string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, [join(ROOT, "faults", "dist", "main.js"), ...words]);
  return JSON.parse(stdout);
}

describe("faults", () => {
  beforeAll(async () => {
    // Other processes cannot run TypeScript.
    await run(process.execPath, [join(ROOT, "node_modules", "typescript", "bin", "tsc"), "-b", join(ROOT, "faults")]);
  }, 300_000);

  it.each(["disk", "memory"])("two hundred changes under load lose nothing, with queues in the %s", async (store) => {
    const report = await play("change-under-load", "--changes", "200", "--seed", "7", "--store", store);
    expect(report).toMatchObject({ lost: 0, accounts: Array.from({ length: 9 }, () => ({ addsUp: true, queued: 0 })) });
  });

  it("a server's books close over restarts under load, kill -9 among them", { timeout: 300_000 }, async () => {
    const report = await play("restart-ledger", "--restarts", "4", "--seed", "3");
    expect(report).toMatchObject({ restarts: 4, faults: [] });
  });

  it("a stream has no gap and no number twice over kills", { timeout: 300_000 }, async () => {
    const report = await play("sequence-kills", "--kills", "15");
    expect(report).toMatchObject({ kills: 15, missing: 0, twice: 0, renumbered: 0, failedStarts: 0 });
  });

  it("whatever was done to an export is found", { timeout: 300_000 }, async () => {
    expect(await play("tampered", "--exports", "35")).toMatchObject({ exports: 35, missed: [] });
  });

  it("a killed queue starts, has what was accepted, and repeats none after a stop", { timeout: 300_000 }, async () => {
    const report = await play("kill-queue", "--kills", "20");
    expect(report).toMatchObject({
      kills: 20,
      lost: 0,
      failedStarts: 0,
      disordered: 0,
      repeatedAfterStop: 0,
      setAside: 0,
    });
  });
});
