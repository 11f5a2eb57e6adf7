// Fails when an event costs a fifth more than it did, measured against parsing and writing JSON in the same moments: the
// ratio hardly depends on the machine or on what else runs there. `--print` shows the ratios without judging.
import type { Host } from "@arbitex/core/host";
import { BATCH_SIZE, everySink } from "./contender.ts";
import { generateEvents } from "./events.ts";
import { SilentSiems } from "./silent-siems.ts";
import { openStubHost } from "./stub-host.ts";

/** CPU of one event through the whole host, over that of `JSON.parse` and `JSON.stringify` of it. */
const recorded = {
  "one destination, objects": 1.05,
  "five destinations, objects": 2.15,
  "five destinations, texts": 1.2,
  "five destinations, texts unread": 1.2,
};

const names: readonly Name[] = [
  "one destination, objects",
  "five destinations, objects",
  "five destinations, texts",
  "five destinations, texts unread",
];

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

type Run = () => Promise<void> | void;
type Name = keyof typeof recorded;

const objectRuns: Partial<Record<Name, Run>> = {
  "one destination, objects": () => publish(one, "objects"),
  "five destinations, objects": () => publish(five, "objects"),
};
const textRuns: Partial<Record<Name, Run>> = {
  "five destinations, texts": () => publish(five, "texts"),
  "five destinations, texts unread": () => publish(five, "unread"),
};

// Objects first, as in a process that publishes nothing else: one that has seen bytes as well runs them up to a fifth slower.
const tooSlow = [...(await judged(objectRuns)), ...(await judged(textRuns))];
await one.stop();
await five.stop();
if (tooSlow.length > 0 && !process.argv.includes("--print")) {
  process.stderr.write(
    `More than ${ALLOWED} times what was recorded: ${tooSlow.join("; ")}. See docs/performance.md.\n`,
  );
  process.exitCode = 1;
}

/** Prints what each costs, and returns those that are too slow. */
async function judged(runs: Partial<Record<Name, Run>>): Promise<readonly string[]> {
  let slow: readonly string[] = [];
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    slow = [];
    for (const [name, ratio] of await measure(runs)) {
      const before = recorded[name];
      const isTooSlow = !(ratio <= before * ALLOWED);
      const end = isTooSlow ? ", TOO SLOW" : "";
      process.stdout.write(`${name}: ${ratio.toFixed(2)} × JSON, recorded ${before.toFixed(2)}${end}\n`);
      if (isTooSlow) slow = [...slow, name];
    }
    if (slow.length === 0 || process.argv.includes("--print")) break;
  }
  return slow;
}

/** The best of many short rounds of each, over that of JSON. */
async function measure(runs: Partial<Record<Name, Run>>): Promise<readonly (readonly [Name, number])[]> {
  const all = { JSON: readAndWrite, ...runs };
  const best = new Map<string, number>();
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    for (const [name, run] of Object.entries(all)) {
      const before = process.cpuUsage();
      await run();
      const { user, system } = process.cpuUsage(before);
      if (round >= WARM_UP_ROUNDS) best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, user + system));
    }
  }
  const json = best.get("JSON") ?? Number.NaN;
  return names.filter((name) => name in runs).map((name) => [name, (best.get(name) ?? Number.NaN) / json]);
}

function readAndWrite(): void {
  for (const text of texts) JSON.stringify(JSON.parse(text));
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
