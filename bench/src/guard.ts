// Fails when an event costs a fifth more than it did, measured against parsing and writing JSON in the same moments: the
// ratio hardly depends on the machine or on what else runs there. `--print` shows the ratios without judging.
import type { Host } from "@arbitex/core/host";
import { BATCH_SIZE, everySink } from "./contender.ts";
import { generateEvents } from "./events.ts";
import { SilentSiems } from "./silent-siems.ts";
import { openStubHost } from "./stub-host.ts";

/** CPU of one event through the whole host, over that of `JSON.parse` and `JSON.stringify` of it. */
const recorded = {
  "one destination, objects": 0.95,
  "five destinations, objects": 2.15,
  "five destinations, texts": 1.4,
  "five destinations, texts unread": 1.4,
};

const ALLOWED = 1.2;
const EVENTS = 1500;
const ROUNDS = 25;
const WARM_UP_ROUNDS = 8;
/** A noisy moment can only make a figure worse: before it fails, it may try again. */
const TRIES = 3;

const objects = [...generateEvents(EVENTS)];
const texts = objects.map((event) => JSON.stringify(event));
const siems = new SilentSiems();
const one = await openStubHost(["splunk_hec"], siems);
const five = await openStubHost(everySink, siems);

const runs: Readonly<Record<keyof typeof recorded | "JSON", () => Promise<void> | void>> = {
  JSON: () => {
    for (const text of texts) JSON.stringify(JSON.parse(text));
  },
  "one destination, objects": () => publish(one, "objects"),
  "five destinations, objects": () => publish(five, "objects"),
  "five destinations, texts": () => publish(five, "texts"),
  "five destinations, texts unread": () => publish(five, "unread"),
};

let tooSlow: readonly string[] = [];
for (let attempt = 1; attempt <= TRIES; attempt++) {
  const ratios = await measure();
  tooSlow = [];
  for (const [name, before] of Object.entries(recorded)) {
    const ratio = ratios.get(name) ?? Number.NaN;
    const isTooSlow = !(ratio <= before * ALLOWED);
    process.stdout.write(
      `${name}: ${ratio.toFixed(2)} × JSON, recorded ${before.toFixed(2)}${isTooSlow ? ", TOO SLOW" : ""}\n`,
    );
    if (isTooSlow) tooSlow = [...tooSlow, name];
  }
  if (tooSlow.length === 0 || process.argv.includes("--print")) break;
}
await one.stop();
await five.stop();
if (tooSlow.length > 0 && !process.argv.includes("--print")) {
  process.stderr.write(
    `More than ${ALLOWED} times what was recorded: ${tooSlow.join("; ")}. See docs/performance.md.\n`,
  );
  process.exitCode = 1;
}

/** The best of many short rounds of each. */
async function measure(): Promise<ReadonlyMap<string, number>> {
  const best = new Map<string, number>();
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    for (const [name, run] of Object.entries(runs)) {
      const before = process.cpuUsage();
      await run();
      const { user, system } = process.cpuUsage(before);
      if (round >= WARM_UP_ROUNDS) best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, user + system));
    }
  }
  const json = best.get("JSON") ?? Number.NaN;
  return new Map([...best].map(([name, cpu]) => [name, cpu / json]));
}

async function publish(host: Host, input: "objects" | "texts" | "unread"): Promise<void> {
  for (let from = 0; from < EVENTS; from += BATCH_SIZE) {
    const to = from + BATCH_SIZE;
    if (input === "objects") await host.publish(objects.slice(from, to), { waitForCapacity: true });
    else {
      const validation = input === "unread" ? "off" : "shape";
      await host.publishTexts(texts.slice(from, to), { waitForCapacity: true, validation });
    }
  }
  await host.settled();
}
