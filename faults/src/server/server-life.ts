import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { BIN, ROOT } from "../root.ts";
import type { Orders } from "../shim/orders.ts";
import { ORDERS_VARIABLE } from "../shim/orders.ts";

export interface LifeOptions {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly orders: Orders;
}

/** One process of the server, from its start to its end. */
export interface ServerLife {
  /** Where it listens; undefined when it ended before it did. */
  readonly listening: Promise<string | undefined>;
  readonly ended: Promise<LifeEnd>;
  obey(orders: Orders): void;
  signal(signal: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): void;
}

export interface LifeEnd {
  readonly exitCode: number | null;
  /** What it printed last: its account, unless it was killed. */
  readonly stdout: string;
  readonly lastWords: string;
}

const SHIM = new URL("../shim/shim.js", import.meta.url).href;

/** Starts the real command. Its log goes to `server.log` of the run's folder. */
export function startLife({ folder, environment, orders }: LifeOptions): ServerLife {
  const words = ["run", "--json", "--port", "0", "--config", join(folder, "siem.config.json")];
  const child = spawn(process.execPath, ["--import", SHIM, BIN, ...words], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], ...environment, [ORDERS_VARIABLE]: JSON.stringify(orders) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  return { ...watch(child, folder), obey: obeying(child), signal: (signal) => void child.kill(signal) };
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

function watch(child: ChildProcess, folder: string): Pick<ServerLife, "listening" | "ended"> {
  running.add(child);
  const log = createWriteStream(join(folder, "server.log"), { flags: "a" });
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const ended = new Promise<LifeEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      running.delete(child);
      log.end();
      resolve({ exitCode, stdout, lastWords: stderr.slice(-2000) });
    });
  });
  const listening = new Promise<string | undefined>((resolve) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log.write(text);
      stderr = (stderr + text).slice(-8000);
      const origin = /Listening on (\S+)/.exec(stderr)?.[1];
      if (origin !== undefined) resolve(origin);
    });
    void ended.then(() => resolve(undefined));
  });
  return { listening, ended };
}

/** A process that is about to end takes no orders, and needs none. */
function obeying(child: ChildProcess) {
  return (orders: Orders) => {
    if (child.connected) child.send(orders, () => undefined);
  };
}
