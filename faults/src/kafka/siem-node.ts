import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { BIN, ROOT } from "../root.ts";

export interface NodeOptions {
  readonly name: string;
  /** The Node to run it with. */
  readonly node: string;
  readonly configPath: string;
  readonly logPath: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
}

/** One of the servers that share the topic. It is started again when it ends by itself. */
export interface SiemNode {
  readonly name: string;
  readonly origin: string;
  readonly pid: number | undefined;
  /** How often it ended by itself. */
  readonly ends: number;
  start(): void;
  /** Resolves to whether it accepts events. */
  isReady(): Promise<boolean>;
  kill(signal: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): Promise<void>;
}

/** As the container and the unit under `deploy` start a server. */
const NODE_OPTIONS = "--max-semi-space-size=16";

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export function createNode({ name, node, configPath, logPath, environment, port }: NodeOptions): SiemNode {
  let child: ChildProcess | undefined;
  let isWanted = false;
  let ends = 0;
  const origin = `http://127.0.0.1:${port}`;

  function start(): void {
    isWanted = true;
    const words = ["-n", "10", node, BIN, "run", "--json", "--port", String(port), "--config", configPath];
    const started = spawn("nice", words, {
      cwd: ROOT,
      env: { PATH: process.env["PATH"], NODE_OPTIONS, ...environment },
      stdio: ["ignore", "ignore", "pipe"],
    });
    running.add(started);
    const log = createWriteStream(logPath, { flags: "a" });
    started.stderr.pipe(log);
    started.once("exit", () => {
      running.delete(started);
      if (child !== started) return;
      child = undefined;
      if (!isWanted) return;
      // It could not start, for brokers were away. What supervises servers starts them again.
      ends++;
      setTimeout(start, 1000);
    });
    child = started;
  }

  return {
    name,
    origin,
    get pid() {
      return child?.pid;
    },
    get ends() {
      return ends;
    },
    start,
    async isReady() {
      try {
        return (await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(10_000) })).ok;
      } catch {
        return false;
      }
    },
    async kill(signal) {
      const isEnd = signal === "SIGKILL" || signal === "SIGTERM";
      if (isEnd) isWanted = false;
      const killed = child;
      if (killed === undefined) return;
      const ended = once(killed, "exit");
      killed.kill(signal);
      if (!isEnd) return;
      // A stopped process does not end before it goes on.
      killed.kill("SIGCONT");
      await ended;
      child = undefined;
    },
  };
}
