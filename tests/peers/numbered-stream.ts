import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connector } from "@arbitex/core";
import { createHost, openSignerFile } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { capturing } from "./capturing.ts";
import { until } from "./until.ts";

// In some SIEMs' form the event is a text within JSON, whose quotation marks are escaped.

/** One event of a stream as a SIEM gets it. */
export interface NumberedEvent {
  readonly number: number;
  readonly checkpoint: "none" | "between" | "final";
  /** As the connector sends it. */
  readonly encoded: string;
}

/** A stream that something was done to, and by the titles of the queries what they have to find in it. */
export interface DamagedStream {
  readonly events: readonly NumberedEvent[];
  readonly gaps?: readonly (readonly [first: number, last: number])[];
  /** How many numbers are repeated, and how many events are too many. */
  readonly repeats?: readonly [numbers: number, surplus: number];
  readonly tail?: true;
  /** Whether the stream is silent when looked at an hour later. */
  readonly silence?: true;
}

/** What one destination sends: 300 events with numbers, checkpoints among them, and the one that ends the stream. */
export async function numberedStream<Config>(
  connector: Connector<Config>,
  config: NoInfer<Config>,
): Promise<readonly NumberedEvent[]> {
  const folder = await mkdtemp(join(tmpdir(), "numbered-stream-"));
  const encoded: string[] = [];
  const host = await createHost({
    deadLetterPath: folder,
    openSigner: () => openSignerFile(join(folder, "keys.json")),
    destinations: [
      {
        id: "soc",
        connector: capturing(connector, encoded),
        config,
        delivery: { flushIntervalMs: 0, integrity: { checkpointsMs: 300 } },
      },
    ],
  });
  const generator = createEventGenerator({ seed: 21 });
  for (let round = 1; round <= 3; round++) {
    await host.publish(Array.from({ length: 100 }, () => ({ ...generator.next(), time: Date.now() })));
    await host.settled();
    const before = encoded.length;
    await until(async () => encoded.slice(before).some((text) => text.includes("checkpoint")), {
      what: "a checkpoint",
      limitMs: 20_000,
    });
  }
  await host.stop();
  await rm(folder, { recursive: true });
  return encoded.map((text) => ({ number: numberOf(text), checkpoint: checkpointOf(text), encoded: text }));
}

/** By name: the whole stream, and what becomes of it. */
export function damagedStreams(whole: readonly NumberedEvent[]): Readonly<Record<string, DamagedStream>> {
  const isEvent = ({ checkpoint }: NumberedEvent) => checkpoint === "none";
  const copies = (...numbers: number[]) =>
    numbers.flatMap((number) => whole.filter((event) => event.number === number));
  const lastEvents = whole.filter(isEvent).slice(-30);
  return {
    whole: { events: whole },
    "numbers taken out": {
      events: whole.filter(({ number }) => number !== 50 && (number < 70 || number > 73)),
      gaps: [
        [50, 50],
        [70, 73],
      ],
    },
    "events stored twice": { events: [...whole, ...copies(40, 60, 60)], repeats: [2, 3] },
    // The numbers of the checkpoints that stay show where the events were.
    "the last thirty events lost": {
      events: whole.filter((event) => !lastEvents.includes(event)),
      gaps: runsOf(lastEvents.map(({ number }) => number)),
      tail: true,
    },
    "no end": { events: whole.filter(({ checkpoint }) => checkpoint !== "final"), silence: true },
  };
}

function runsOf(numbers: readonly number[]): [first: number, last: number][] {
  const runs: [first: number, last: number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}

function numberOf(text: string): number {
  return Number(/sequence\\?":(\d+)/.exec(text)?.[1]);
}

function checkpointOf(text: string): NumberedEvent["checkpoint"] {
  if (!/checkpoint\\?":\{/.test(text)) return "none";
  return /is_final\\?":true/.test(text) ? "final" : "between";
}
