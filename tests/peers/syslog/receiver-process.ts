import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { listening, portOf } from "../listening.ts";
import { until } from "../until.ts";

/** A real receiver of syslog on loopback, which writes a line for each message. */
export interface SyslogReceiver {
  readonly port: number;
  /** Complete lines of its file so far. */
  lines(): Promise<readonly string[]>;
  start(): Promise<void>;
  /** Stops it as it is: its connections stay, and it reads nothing. */
  freeze(): void;
  /** Ends it without a goodbye, or in good order. */
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<void>;
  remove(): Promise<void>;
}

export interface ReceiverOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly port: number;
  /** Where it writes. */
  readonly file: string;
  /** Removed at the end. */
  readonly folder: string;
}

export async function startReceiver({
  command,
  args,
  env,
  port,
  file,
  folder,
}: ReceiverOptions): Promise<SyslogReceiver> {
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const started = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    let said = "";
    const note = (chunk: Buffer) => {
      said += chunk.toString();
    };
    started.stdout.on("data", note);
    started.stderr.on("data", note);
    child = started;
    await until(() => started.exitCode !== null || accepts(port), { what: `the port of ${command}`, limitMs: 20_000 });
    if (started.exitCode !== null) throw new Error(`${command} ended at its start: ${said}`);
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.kill(signal);
    await ended;
  }

  await start();
  return {
    port,
    async lines() {
      const text = await readFile(file, "utf8").catch(() => "");
      return text.split("\n").slice(0, -1);
    },
    start,
    freeze: () => void child?.kill("SIGSTOP"),
    kill,
    async remove() {
      await kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await listening(server);
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
