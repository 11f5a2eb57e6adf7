import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { SimulatorCounts } from "@arbitex/testkit";
import { senders } from "./senders/index.ts";
import type { SinkAddress } from "./senders/sender.ts";

export interface Job {
  readonly name: string;
  readonly count: number;
  readonly sinks: Readonly<Record<string, SinkAddress>>;
}

export interface Result {
  readonly eventsPerSecond: number;
  readonly cpuSecondsPerMillion: number;
  readonly peakMegabytes: number;
}

/** Runs one sender against fresh sinks, and checks at each sink that everything arrived once. */
export async function runSender(name: string, count: number): Promise<Result> {
  const types = senders[name]?.sinks ?? [];
  const children = types.map((type) => fork(join(import.meta.dirname, "sink-process.js"), [type]));
  try {
    const sinks: Record<string, SinkAddress> = {};
    for (const [index, child] of children.entries()) sinks[types[index] ?? ""] = await answerOf<SinkAddress>(child);
    const sender = fork(join(import.meta.dirname, "sender-process.js"));
    const job: Job = { name, count, sinks };
    sender.send(job);
    const result = await answerOf<Result>(sender);
    for (const child of children) {
      child.send("counts");
      const { stored, repeated, refused } = await answerOf<SimulatorCounts>(child);
      if (stored !== count || repeated !== 0 || refused !== 0) {
        throw new Error(`${name}: ${count} sent, ${stored} stored, ${repeated} repeated, ${refused} refused`);
      }
    }
    return result;
  } finally {
    for (const child of children) child.kill();
  }
}

/** The next message of a child; its type is a matter between two files of this folder. */
async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  const died = once(child, "exit").then(([code]) => {
    throw new Error(`a process of the bench ended with ${String(code)}`);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const [message] = (await Promise.race([once(child, "message"), died])) as [Answer];
  died.catch(() => undefined);
  return message;
}
