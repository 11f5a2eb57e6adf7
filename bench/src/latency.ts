// From handing over one event to the SIEM's answer for it, with nothing else waiting: what an interactive alert feels.
import { setTimeout as wait } from "node:timers/promises";
import { Logger } from "splunk-logging";
import type { BenchEvent, OpenSender, SinkAddress, Sinks } from "./contender.ts";
import { addressOf } from "./contender.ts";
import { generateEvents } from "./events.ts";
import { fetchLoop } from "./senders/fetch-loop.ts";
import type { OursOptions } from "./senders/ours.ts";
import { openHost } from "./senders/ours.ts";
import { prototype } from "./senders/prototype.ts";
import { winstonFanOut } from "./senders/winston-fan-out.ts";
import { timeOf } from "./senders/wire.ts";
import { startSinks } from "./sinks.ts";

const WARM_UP = 200;
const SAMPLES = 1000;
const PAUSE_MS = 1;

interface Deliverer {
  deliver(event: BenchEvent): Promise<void>;
  close(): Promise<void> | void;
}

const deliverers: Readonly<Record<string, (sinks: Sinks) => Promise<Deliverer>>> = {
  ours: (sinks) => ourHost(sinks, {}),
  "ours, disk queue": (sinks) => ourHost(sinks, { isDurable: true }),
  "ours, 1 worker": (sinks) => ourHost(sinks, { workers: 1 }),
  prototype: async (sinks) => eventByEvent(await prototype(["splunk_hec"], "objects").open(sinks)),
  "splunk-logging": async (sinks) => splunkLogger(addressOf(sinks, "splunk_hec")),
  "fetch by hand": async (sinks) => eventByEvent(await fetchLoop(["splunk_hec"]).open(sinks)),
  winston: async (sinks) => eventByEvent(await winstonFanOut(["splunk_hec"]).open(sinks)),
};

async function ourHost(sinks: Sinks, options: OursOptions): Promise<Deliverer> {
  const { host, close } = await openHost(["splunk_hec"], sinks, { ...options, flushIntervalMs: 0 });
  return {
    async deliver(event) {
      await host.publish(event);
      await host.settled();
    },
    close,
  };
}

function eventByEvent(sender: OpenSender): Deliverer {
  return {
    deliver: (event) => sender.deliver({ objects: [event], texts: [] }),
    close: () => sender.close(),
  };
}

/** Its batches are full with one event, and it has a callback an event. */
function splunkLogger({ url, config }: SinkAddress): Deliverer {
  const token = String(config["token"]);
  return {
    deliver: (event) =>
      new Promise((resolve, reject) => {
        const logger = new Logger({ token, url, maxBatchCount: 1 });
        logger.error = reject;
        logger.send({ message: event, metadata: { time: timeOf(event) / 1000 } }, () => resolve());
      }),
    close() {},
  };
}

const sinks = await startSinks(["splunk_hec"]);
const open: { readonly name: string; readonly deliverer: Deliverer; readonly taken: number[] }[] = [];
for (const [name, start] of Object.entries(deliverers)) {
  open.push({ name, deliverer: await start(sinks.addresses), taken: [] });
}
for (const event of generateEvents(WARM_UP + SAMPLES)) {
  // In turn, so that a slow moment of the machine hits all.
  for (const { deliverer, taken } of open) {
    const startedAt = performance.now();
    await deliverer.deliver(event);
    taken.push(performance.now() - startedAt);
    await wait(PAUSE_MS);
  }
}
process.stdout.write("publish to stored, Splunk HEC on loopback, one event at a time, milliseconds\n");
for (const { name, deliverer, taken } of open) {
  await deliverer.close();
  const sorted = taken.slice(WARM_UP).toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2).padStart(8);
  process.stdout.write(`${name.padEnd(20)} p50 ${at(0.5)}  p99 ${at(0.99)}\n`);
}
sinks.stop();
process.exit();
