import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { request } from "undici";
import { repositoryRoot } from "../repository-root.ts";

/** One of several servers that share a configuration. Its queue, its dead letters and its port are its own. */
export interface IntakeServer {
  readonly pid: number;
  readonly origin: string;
  /** Reads the configuration again. */
  reload(): void;
  account(): Promise<Account>;
  /** Ends it at once, with `kill -9`. */
  kill(): Promise<void>;
}

export interface IntakeServerOptions {
  readonly folder: string;
  readonly config: string;
  readonly name: string;
  readonly port: number;
}

/** Where a destination's events are, since its queue's folder exists. */
export interface Account {
  readonly accepted: number;
  readonly delivered: number;
  readonly deadLettered: number;
  readonly filtered: number;
  readonly queued: number;
}

interface Lifetime extends Omit<Account, "deadLettered"> {
  readonly dead_lettered: number;
}

const START_MS = 60_000;
const POLL_MS = 50;

export async function startIntakeServer({ folder, config, name, port }: IntakeServerOptions): Promise<IntakeServer> {
  const program = join(repositoryRoot, "packages", "server", "bin", "arbitex-siem.js");
  const child = spawn(process.execPath, [program, "run", "--config", config], {
    cwd: repositoryRoot,
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      LOG_LEVEL: "warn",
      SIEM_PORT: String(port),
      SIEM_QUEUE_PATH: join(folder, `queue-${name}`),
      SIEM_DEAD_LETTER_PATH: join(folder, `dead-letters-${name}`),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const origin = `http://127.0.0.1:${port}`;
  await untilReady(child, origin);
  const { pid } = child;
  if (pid === undefined) throw new Error("a server did not start");
  return {
    pid,
    origin,
    reload: () => void child.kill("SIGHUP"),
    async account() {
      const reply = await request(`${origin}/v1/destinations`);
      // What the server's own documentation describes.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const { destinations } = (await reply.body.json()) as { destinations: readonly { lifetime: Lifetime }[] };
      const [destination] = destinations;
      if (destination === undefined) throw new Error(`${origin} has no destination`);
      const { dead_lettered: deadLettered, ...rest } = destination.lifetime;
      return { ...rest, deadLettered };
    },
    async kill() {
      const ended = once(child, "exit");
      if (child.kill("SIGKILL")) await ended;
    },
  };
}

async function untilReady(child: ChildProcess, origin: string): Promise<void> {
  for (const startedAt = performance.now(); performance.now() - startedAt < START_MS; await wait(POLL_MS)) {
    if (child.exitCode !== null) throw new Error(`a server ended with ${child.exitCode}`);
    const status = await request(`${origin}/readyz`).then(
      async (reply) => {
        await reply.body.dump();
        return reply.statusCode;
      },
      () => undefined,
    );
    if (status === 200) return;
  }
  child.kill("SIGKILL");
  throw new Error("a server was not ready within a minute");
}
