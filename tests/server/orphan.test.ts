import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

const BIN = join(import.meta.dirname, "../../packages/server/bin/arbitex-siem.js");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "orphan-"));
});
afterEach(() => rm(folder, { recursive: true }));

// What npx, npm and pnpm do: a shell that dies of SIGTERM, and passes it on to nobody.
it("a server whose npm has ended drains, prints its account and ends", async () => {
  const shell = spawn("sh", ["-c", `"${process.execPath}" "${BIN}" run --port 0 --json; true`], {
    env: {
      PATH: process.env["PATH"],
      npm_config_user_agent: "npm/11.0.0",
      SPLUNK_HEC_URL: "http://127.0.0.1:1",
      SPLUNK_HEC_TOKEN: "t",
      SIEM_QUEUE_PATH: join(folder, "queue"),
      SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  shell.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  shell.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  while (!stderr.includes("Listening on")) await once(shell.stderr, "data");
  const ended = once(shell, "close");
  shell.kill("SIGTERM");
  // The pipes close once nobody has them any more: the server is gone as well.
  await ended;
  expect(stderr).toContain("npm has ended: taking no more");
  expect(JSON.parse(stdout)).toMatchObject({ accepted: 0, destinations: [{ id: "splunk_hec" }] });
  expect(await readdir(join(folder, "queue"))).not.toContain("lock");
});
