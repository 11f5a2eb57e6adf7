import { readFileSync } from "node:fs";
import type { Compression } from "../contender.ts";
import { BATCH_SIZE } from "../contender.ts";
import { processSeconds } from "../cpu-seconds.ts";
import { generateEvents, warmUpOf } from "../events.ts";
import type { Measured } from "../measured.ts";
import type { RunningSinks } from "../sinks.ts";
import type { Program } from "./program.ts";
import { startProgram } from "./start-program.ts";
import { untilStored } from "./until-stored.ts";

export interface ProgramRun {
  readonly sinks: RunningSinks;
  readonly count: number;
  readonly compression: Compression;
  readonly root: string;
}

const POLL_MS = 25;

/** Starts a program, warms it up, and measures what the rest of the events costs it. */
export async function runProgram(program: Program, { sinks, count, compression, root }: ProgramRun): Promise<Measured> {
  const warmUp = warmUpOf(count);
  const lines = Array.from(generateEvents(warmUp + count), (event) => `${JSON.stringify(event)}\n`);
  const running = await startProgram(program, { sinks: sinks.addresses, compression, batchSize: BATCH_SIZE, root });
  const { pid } = running;
  const waiting = { pollMs: POLL_MS, hasEnded: () => running.hasEnded() };
  try {
    await running.feed(lines.slice(0, warmUp));
    await untilStored(sinks, warmUp, waiting);
    const before = processSeconds(pid);
    const startedAt = performance.now();
    const feeding = running.feed(lines.slice(warmUp));
    await untilStored(sinks, warmUp + count, waiting);
    const seconds = (performance.now() - startedAt) / 1000;
    const cpu = processSeconds(pid) - before;
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

function peakMegabytes(pid: number): number {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(peak) / 1024;
}
