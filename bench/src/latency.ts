// From handing over one event to the SIEM's answer for it, with nothing else waiting: what an interactive alert feels.
import { setTimeout as wait } from "node:timers/promises";
import splunk from "@arbitex/connector-splunk";
import { createHost } from "@arbitex/core/host";
import { Logger } from "splunk-logging";
import type { BenchEvent, SinkAddress } from "./contender.ts";
import { addressOf } from "./contender.ts";
import { generateEvents } from "./events.ts";
import { createPost } from "./senders/fetch-loop.ts";
import { timeOf, wires } from "./senders/wire.ts";
import { startSinks } from "./sinks.ts";

const WARM_UP = 200;
const SAMPLES = 1000;
const PAUSE_MS = 2;

interface Deliverer {
  deliver(event: BenchEvent): Promise<void>;
  close(): Promise<void> | void;
}

const deliverers: Readonly<Record<string, (address: SinkAddress) => Deliverer | Promise<Deliverer>>> = {
  ours: async ({ config }) => {
    const host = await createHost({
      destinations: [
        {
          id: "splunk",
          connector: splunk,
          config: splunk.configSchema.parse(config),
          delivery: { flushIntervalMs: 0 },
        },
      ],
    });
    return {
      async deliver(event) {
        await host.publish(event);
        await host.settled();
      },
      close: () => host.stop(),
    };
  },
  "splunk-logging": ({ url, config }) => {
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
  },
  "fetch by hand": (address) => {
    const post = createPost(wires.splunk_hec, address, "none");
    return { deliver: (event) => post([event]), close() {} };
  },
};

process.stdout.write("publish to stored, Splunk HEC on loopback, one event at a time, milliseconds\n");
const sinks = await startSinks(["splunk_hec"]);
for (const [name, open] of Object.entries(deliverers)) {
  const deliverer = await open(addressOf(sinks.addresses, "splunk_hec"));
  const taken: number[] = [];
  for (const event of generateEvents(WARM_UP + SAMPLES)) {
    const startedAt = performance.now();
    await deliverer.deliver(event);
    taken.push(performance.now() - startedAt);
    await wait(PAUSE_MS);
  }
  await deliverer.close();
  const sorted = taken.slice(WARM_UP).toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2).padStart(8);
  process.stdout.write(`${name.padEnd(20)} p50 ${at(0.5)}  p99 ${at(0.99)}\n`);
}
sinks.stop();
process.exit();
