import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Agent, request } from "undici";
import type { Compression } from "../contender.ts";
import { CONCURRENCY } from "../contender.ts";
import { generateEvents, warmUpOf } from "../events.ts";
import type { Measured } from "../measured.ts";
import type { RunningSinks } from "../sinks.ts";
import type { Program } from "./program.ts";

export interface ProgramRun {
  readonly sinks: RunningSinks;
  readonly count: number;
  readonly compression: Compression;
}

const POLL_MS = 25;
const START_MS = 2500;
/** Without a new event at any sink for so long, a program is taken to be stuck. */
const PATIENCE_MS = 30_000;
/** Linux counts CPU time in these. */
const TICKS_PER_SECOND = 100;
const LINES_PER_REQUEST = 500;

/** Starts a program, warms it up, and measures what the rest of the events costs it. */
export async function runProgram(program: Program, { sinks, count, compression }: ProgramRun): Promise<Measured> {
  const binary = program.find();
  if (binary === undefined) throw new Error(`not installed: ${program.hint}`);
  const folder = mkdtempSync(join(tmpdir(), "arbitex-bench-"));
  const inputPath = join(folder, "input.ndjson");
  writeFileSync(inputPath, "");
  const port = await freePort();
  const warmUp = warmUpOf(count);
  const lines = Array.from(generateEvents(warmUp + count), (event) => `${JSON.stringify(event)}\n`);
  const launch = program.prepare({ folder, inputPath, sinks: sinks.addresses, compression, port });
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
  const feed = async (part: readonly string[]) => {
    if (program.feed === "file") appendFileSync(inputPath, part.join(""));
    else if (program.feed === "http") await post(part, port, dispatcher);
    else if (!child.stdin.write(part.join(""))) await once(child.stdin, "drain");
  };
  try {
    await wait(START_MS);
    const { pid } = child;
    if (pid === undefined || child.exitCode !== null) throw new Error(`it did not start: ${said}`);
    await feed(lines.slice(0, warmUp));
    await untilStored(sinks, warmUp, () => child.exitCode !== null);
    const before = cpuSeconds(pid);
    const startedAt = performance.now();
    const feeding = feed(lines.slice(warmUp));
    await untilStored(sinks, warmUp + count, () => child.exitCode !== null);
    const seconds = (performance.now() - startedAt) / 1000;
    const cpu = cpuSeconds(pid) - before;
    await feeding;
    return {
      eventsPerSecond: count / seconds,
      cpuSecondsPerMillion: (cpu / count) * 1e6,
      peakMegabytes: peakMegabytes(pid),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${binary} failed: ${reason}; it said: ${said}`, { cause: error });
  } finally {
    child.kill("SIGKILL");
    await dispatcher.close();
    rmSync(folder, { recursive: true, force: true });
  }
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

async function untilStored(sinks: RunningSinks, count: number, hasEnded: () => boolean): Promise<void> {
  let most = -1;
  let progressAt = performance.now();
  while (true) {
    const counts = await sinks.counts();
    const stored = counts.map((sink) => sink.stored);
    if (Math.min(...stored) >= count) return;
    const total = stored.reduce((sum, each) => sum + each, 0);
    if (total > most) {
      most = total;
      progressAt = performance.now();
    }
    if (hasEnded() || performance.now() - progressAt > PATIENCE_MS) {
      throw new Error(`${JSON.stringify(counts)} instead of ${count} at each sink`);
    }
    await wait(POLL_MS);
  }
}

/** User and system time of a process and all its threads so far. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // Behind the command's name, which may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function peakMegabytes(pid: number): number {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(peak) / 1024;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  return address.port;
}
