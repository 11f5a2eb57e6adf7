import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../syslog/receiver-process.ts";
import { until } from "../until.ts";

/** What a receiver has got: requests, messages by their id, and the events in them. */
export interface ReceivedCounts {
  readonly requests: number;
  readonly messages: number;
  /** Messages that came again, and were dropped. */
  readonly again: number;
  readonly refused: number;
  readonly events: number;
  readonly unique: number;
}

export interface WebhookReceiver {
  readonly url: string;
  counts(): Promise<ReceivedCounts>;
  stop(): Promise<void>;
}

/** Builds the receiver around the public Go library into a folder; gives its path. */
export async function buildReceiver(): Promise<{ readonly command: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "webhook-receiver-"));
  const command = join(folder, "receiver");
  await promisify(execFile)("go", ["build", "-o", command, "."], { cwd: import.meta.dirname, timeout: 240_000 });
  return { command, remove: () => rm(folder, { recursive: true }) };
}

export async function startReceiver(command: string, secret: string): Promise<WebhookReceiver> {
  const port = await freePort();
  const child = spawn(command, [String(port), secret], { stdio: "ignore" });
  const killed = () => void child.kill("SIGKILL");
  process.once("exit", killed);
  const url = `http://127.0.0.1:${port}`;
  await until(() => answers(url), { what: "the receiver", limitMs: 20_000 });
  return {
    url: `${url}/hook`,
    async counts() {
      const counts: ReceivedCounts = JSON.parse(await (await fetch(url)).text());
      return counts;
    },
    async stop() {
      process.off("exit", killed);
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
