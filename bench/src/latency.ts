// From handing over one event to the SIEM's answer for it, with nothing else waiting: what an interactive alert feels.
import { setTimeout as wait } from "node:timers/promises";
import { Logger } from "splunk-logging";
import type { BenchEvent, OpenSender, SinkAddress, Sinks } from "./contender.ts";
import { addressOf } from "./contender.ts";
import { generateEvents } from "./events.ts";
import { fluentBit } from "./programs/fluent-bit.ts";
import { ourServer } from "./programs/our-server.ts";
import type { Program } from "./programs/program.ts";
import { rsyslog } from "./programs/rsyslog.ts";
import { startProgram } from "./programs/start-program.ts";
import { syslogNg } from "./programs/syslog-ng.ts";
import { untilStored } from "./programs/until-stored.ts";
import { vector } from "./programs/vector.ts";
import { fetchLoop } from "./senders/fetch-loop.ts";
import type { OursOptions } from "./senders/ours.ts";
import { openHost } from "./senders/ours.ts";
import { prototype } from "./senders/prototype.ts";
import { winstonFanOut } from "./senders/winston-fan-out.ts";
import { timeOf } from "./senders/wire.ts";
import { startSinks } from "./sinks.ts";
import { repositoryRoot } from "./repository-root.ts";

const WARM_UP = 200;
const SAMPLES = 1000;
const NAME_WIDTH = 40;
const PAUSE_MS = 1;
/** A program that sleeps between two looks at its file takes its time. */
const PROGRAM_SAMPLES = 200;

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

/** What runs in a process of its own, set to batches of one event and to look for events as often as it can. */
const programs: Readonly<Record<string, Program>> = {
  "ours, server by HTTP, disk queue": ourServer(["splunk_hec"], "http"),
  "syslog-ng, from a file": syslogNg(["splunk_hec"], "unread"),
  "Fluent Bit, from a file": fluentBit(["splunk_hec"]),
  "Vector, from a file": vector(["splunk_hec"]),
  "rsyslog, from a file, to Elasticsearch": rsyslog,
};

/** From giving a program one event until its sink has it. */
async function programLatencies(program: Program): Promise<readonly number[]> {
  const sinks = await startSinks(program.sinks);
  const running = await startProgram(program, {
    sinks: sinks.addresses,
    compression: "none",
    batchSize: 1,
    root: repositoryRoot,
  });
  const taken: number[] = [];
  try {
    for (const event of generateEvents(PROGRAM_SAMPLES + PROGRAM_SAMPLES / 5)) {
      const line = `${JSON.stringify(event)}\n`;
      const startedAt = performance.now();
      await running.feed([line]);
      await untilStored(sinks, taken.length + 1, { pollMs: 0, hasEnded: () => running.hasEnded() });
      taken.push(performance.now() - startedAt);
      await wait(PAUSE_MS);
    }
  } catch (error) {
    throw running.failure(error);
  } finally {
    await running.stop();
    sinks.stop();
  }
  return taken.slice(PROGRAM_SAMPLES / 5);
}

function say(name: string, taken: readonly number[]): void {
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2).padStart(8);
  process.stdout.write(`${name.padEnd(NAME_WIDTH)} p50 ${at(0.5)}  p99 ${at(0.99)}\n`);
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
  say(name, taken.slice(WARM_UP));
}
sinks.stop();
for (const [name, program] of Object.entries(programs)) {
  if (program.find() === undefined) process.stderr.write(`latency: ${name} IS MISSING: ${program.hint}\n`);
  else say(name, await programLatencies(program));
}
process.exit();
