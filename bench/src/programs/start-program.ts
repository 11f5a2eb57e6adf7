import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Compression, Sinks } from "../contender.ts";
import { CONCURRENCY } from "../contender.ts";
import { freePort } from "../free-port.ts";
import type { Program } from "./program.ts";

export interface ProgramStart {
  readonly sinks: Sinks;
  readonly compression: Compression;
  readonly batchSize: number;
  readonly root: string;
}

export interface RunningProgram {
  readonly pid: number;
  /** Gives it lines, in the way in which it takes them. */
  feed(lines: readonly string[]): Promise<void>;
  hasEnded(): boolean;
  /** An error with what the program said last. */
  failure(cause: unknown): Error;
  stop(): Promise<void>;
}

/** For programs that say nothing when they are ready. */
const START_MS = 2500;
const LONGEST_START_MS = 60_000;
const LISTEN_POLL_MS = 100;
const LINES_PER_REQUEST = 500;

/** Starts a program and waits until it should be ready. */
export async function startProgram(
  program: Program,
  { sinks, compression, batchSize, root }: ProgramStart,
): Promise<RunningProgram> {
  const binary = program.find();
  if (binary === undefined) throw new Error(`not installed: ${program.hint}`);
  const folder = mkdtempSync(join(tmpdir(), "arbitex-bench-"));
  const inputPath = join(folder, "input.ndjson");
  writeFileSync(inputPath, "");
  const port = await freePort();
  const launch = program.prepare({ folder, inputPath, sinks, compression, batchSize, port, root });
  const child = spawn(binary, launch.args, {
    cwd: launch.cwd ?? folder,
    env: { PATH: process.env["PATH"], HOME: folder, ...launch.environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(-4000);
    });
  }
  child.stdin.on("error", () => undefined);
  const dispatcher = new Agent();
  const failure = (cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new Error(`${binary} failed: ${reason}; it said: ${said}`, { cause });
  };
  const stop = async () => {
    child.kill("SIGKILL");
    await dispatcher.close();
    rmSync(folder, { recursive: true, force: true });
  };
  await (program.feed === "http" ? untilListening(port, () => child.exitCode !== null) : wait(START_MS));
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null) {
    await stop();
    throw failure("it did not start");
  }
  return {
    pid,
    async feed(lines) {
      if (program.feed === "file") appendFileSync(inputPath, lines.join(""));
      else if (program.feed === "http") await post(lines, port, dispatcher);
      else if (!child.stdin.write(lines.join(""))) await once(child.stdin, "drain");
    },
    hasEnded: () => child.exitCode !== null,
    failure,
    stop,
  };
}

async function post(lines: readonly string[], port: number, dispatcher: Agent): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < lines.length) {
      const body = Buffer.from(lines.slice(next, (next += LINES_PER_REQUEST)).join(""));
      const reply = await request(`http://127.0.0.1:${port}/v1/events`, {
        method: "POST",
        dispatcher,
        headers: { "content-type": "application/x-ndjson" },
        body,
      });
      const text = await reply.body.text();
      if (reply.statusCode >= 300) throw new Error(`HTTP ${reply.statusCode}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

/** Waits until the program takes connections, or has ended, for a minute at most. */
async function untilListening(port: number, hasEnded: () => boolean): Promise<void> {
  for (const started = performance.now(); performance.now() - started < LONGEST_START_MS && !hasEnded(); ) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await wait(LISTEN_POLL_MS);
  }
}
