// One sender's run in a process of its own: makes the events, then delivers them, and reports what that cost.
import { createEventGenerator } from "@arbitex/testkit";
import { senders } from "./senders/index.ts";
import type { Job, Result } from "./run-sender.ts";

process.once("message", (job: Job) => void run(job));

async function run({ name, count, sinks }: Job): Promise<void> {
  const sender = senders[name];
  if (sender === undefined) throw new Error(`there is no sender named ${name}`);
  const generator = createEventGenerator({ seed: 1 });
  const events = Array.from({ length: count }, () => generator.next());

  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await sender.send(events, sinks);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const result: Result = {
    eventsPerSecond: count / seconds,
    cpuSecondsPerMillion: (cpu.user + cpu.system) / count,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
  process.send?.(result, () => process.exit());
}
