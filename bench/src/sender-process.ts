// One sender's run in a process of its own: makes the events, then delivers them, and reports what that cost.
import type { Given } from "./contender.ts";
import { contenderNamed } from "./cases.ts";
import { generateEvents, warmUpOf } from "./events.ts";
import { mainThreadSeconds } from "./cpu-seconds.ts";
import type { Job, Measured } from "./measured.ts";

// Asking for it costs a file's reading.
const SAMPLE_MS = 250;

process.once("message", (job: Job) => {
  run(job).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`, () => process.exit(1));
  });
});
process.once("disconnect", () => process.exit());

async function run({ caseName, name, count, sinks }: Job): Promise<void> {
  const sender = contenderNamed(caseName, name);
  if (sender?.kind !== "sender") throw new Error(`there is no sender named ${name}`);
  const warmUp = warmUpOf(count);
  const first = given(warmUp, 0, sender.input);
  const rest = given(warmUp + count, warmUp, sender.input);
  const open = await sender.open(sinks);
  await open.deliver(first);

  const memoryBefore = process.memoryUsage.rss();
  let peak = memoryBefore;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, SAMPLE_MS);
  const mainBefore = mainThreadSeconds();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await open.deliver(rest);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const mainAfter = mainThreadSeconds();
  clearInterval(sampler);
  await open.close();
  const measured: Measured = {
    eventsPerSecond: count / seconds,
    cpuSecondsPerMillion: (cpu.user + cpu.system) / count,
    mainThreadSecondsPerMillion:
      mainBefore === undefined || mainAfter === undefined ? undefined : ((mainAfter - mainBefore) / count) * 1e6,
    peakMegabytes: (peak - memoryBefore) / 1024 ** 2,
  };
  process.send?.(measured, () => process.exit());
}

/** The generator's events without the first `from`. */
function given(to: number, from: number, input: "objects" | "texts"): Given {
  const objects: Given["objects"][number][] = [];
  const texts: string[] = [];
  let index = 0;
  for (const event of generateEvents(to)) {
    if (index++ < from) continue;
    if (input === "objects") objects.push(event);
    else texts.push(JSON.stringify(event));
  }
  return { objects, texts };
}
