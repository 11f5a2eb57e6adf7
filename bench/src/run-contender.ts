import { fork } from "node:child_process";
import { join } from "node:path";
import { answerOf } from "./child.ts";
import type { BenchCase } from "./cases.ts";
import { warmUpOf } from "./events.ts";
import { runProgram } from "./programs/run-program.ts";
import type { Job } from "./sender-process.ts";
import { assertArrived, startSinks } from "./sinks.ts";

export interface Measured {
  readonly eventsPerSecond: number;
  /** User and system time of the whole process. */
  readonly cpuSecondsPerMillion: number;
  /** Of a sender what came on top of the events, which are there before; of a program its whole resident memory. */
  readonly peakMegabytes: number;
}

/** Runs one contender against fresh sinks, and checks at each sink that everything arrived once. */
export async function runContender({ name: caseName, contenders }: BenchCase, name: string, count: number) {
  const contender = contenders[name];
  if (contender === undefined) throw new Error(`${caseName} has no contender named ${name}`);
  const sinks = await startSinks(contender.sinks);
  try {
    const measured =
      contender.kind === "sender"
        ? await runSender({ caseName, name, count, sinks: sinks.addresses })
        : await runProgram(contender, { sinks, count, compression: contender.compression });
    await assertArrived(name, sinks, count + warmUpOf(count));
    return measured;
  } finally {
    sinks.stop();
  }
}

async function runSender(job: Job): Promise<Measured> {
  const sender = fork(join(import.meta.dirname, "sender-process.js"));
  sender.send(job);
  return answerOf<Measured>(sender);
}
