import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Compression } from "../contender.ts";
import { BATCH_SIZE } from "../contender.ts";
import { generateEvents, warmUpOf } from "../events.ts";
import type { Measured } from "../measured.ts";
import type { RunningSinks } from "../sinks.ts";
import type { Program } from "./program.ts";
import { startProgram } from "./start-program.ts";

export interface ProgramRun {
  readonly sinks: RunningSinks;
  readonly count: number;
  readonly compression: Compression;
}

const POLL_MS = 25;
/** Without a new event at any sink for so long, a program is taken to be stuck. */
const PATIENCE_MS = 30_000;
/** Linux counts CPU time in these. */
const TICKS_PER_SECOND = 100;

/** Starts a program, warms it up, and measures what the rest of the events costs it. */
export async function runProgram(program: Program, { sinks, count, compression }: ProgramRun): Promise<Measured> {
  const warmUp = warmUpOf(count);
  const lines = Array.from(generateEvents(warmUp + count), (event) => `${JSON.stringify(event)}\n`);
  const running = await startProgram(program, { sinks: sinks.addresses, compression, batchSize: BATCH_SIZE });
  const { pid } = running;
  const hasEnded = () => running.hasEnded();
  try {
    await running.feed(lines.slice(0, warmUp));
    await untilStored(sinks, warmUp, hasEnded);
    const before = cpuSeconds(pid);
    const startedAt = performance.now();
    const feeding = running.feed(lines.slice(warmUp));
    await untilStored(sinks, warmUp + count, hasEnded);
    const seconds = (performance.now() - startedAt) / 1000;
    const cpu = cpuSeconds(pid) - before;
    await feeding;
    return {
      eventsPerSecond: count / seconds,
      cpuSecondsPerMillion: (cpu / count) * 1e6,
      peakMegabytes: peakMegabytes(pid),
    };
  } catch (error) {
    throw running.failure(error);
  } finally {
    await running.stop();
  }
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
