import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../../../../..");
const KILLS = 50;

/** It runs what is built: another process cannot run TypeScript. */
function killQueue(): Promise<string> {
  if (!existsSync(join(ROOT, "packages/core/dist/delivery/queue/disk/disk-queue-store.js")))
    throw new Error("build first: npm run build");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, "scripts/kill-queue.mjs"), "--kills", `${KILLS}`]);
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(`${output}\n${errors}`))));
  });
}

describe("a queue whose process is killed again and again", () => {
  it("starts every time, has every event that was accepted, and repeats none after an orderly stop", async () => {
    expect(JSON.parse(await killQueue())).toMatchObject({
      kills: KILLS,
      lost: 0,
      failedStarts: 0,
      disordered: 0,
      repeatedAfterStop: 0,
      setAside: 0,
    });
  }, 300_000);
});
