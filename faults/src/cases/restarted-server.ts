import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { BIN, ROOT } from "../root.ts";

/** The real server, one process after the other on the same folders. */
export interface RestartedServer {
  /** Where it listens; undefined while it does not. */
  origin(): string | undefined;
  start(): Promise<void>;
  end(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
}

export function createRestartedServer(configPath: string): RestartedServer {
  let server: ChildProcess | undefined;
  let origin: string | undefined;
  return {
    origin: () => origin,
    async start() {
      const child = spawn(process.execPath, [BIN, "run", "--port", "0", "--config", configPath], {
        cwd: ROOT,
        env: { PATH: process.env["PATH"], LOG_LEVEL: "error" },
        stdio: ["ignore", "pipe", "inherit"],
      });
      server = child;
      origin = await new Promise<string>((resolve, reject) => {
        let said = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          said += text;
          const found = /Listening on (http:\S+)/.exec(said)?.[1];
          if (found !== undefined) resolve(found);
        });
        child.once("exit", () => reject(new Error(`the server ended at its start: ${said}`)));
      });
    },
    async end(signal) {
      const ending = server;
      origin = undefined;
      if (ending === undefined) return;
      const ended = once(ending, "exit");
      ending.kill(signal);
      await ended;
    },
  };
}
