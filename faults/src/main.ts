// Plays schedules of faults against the real server, one after the other, and ends with 1 when anything was lost.
import { parseArgs } from "node:util";
import { playSeeds } from "./run/play-seeds.ts";
import { totalsOf } from "./run/totals.ts";
import { supportedStore } from "./server/supported-store.ts";
import { availableTypes } from "./siems/types.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    minutes: { type: "string" },
    schedules: { type: "string" },
    store: { type: "string" },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

const HELP = `npm run faults -- [--seed N] [--minutes M] [--schedules K] [--store disk|memory] [--keep]

Starts the real server and simulated SIEMs, posts events, and lets faults strike by a schedule made from a seed. In the end
every acknowledged event must be at its SIEMs, in a dead letter or in a queue.

  --seed N        seed of the first schedule, the next ones count up (any)
  --minutes M     no schedule begins later (1)
  --schedules K   at most so many; --seed N --schedules 1 plays one again
  --store S       memory: without kill -9 (disk, where the server has it)
  --keep          keep faults/runs/seed-N also of runs in which all went well
`;

process.exitCode = values.help ? say(HELP) : await main();

async function main(): Promise<number> {
  const store = values.store === "memory" || values.store === "disk" ? values.store : supportedStore();
  const played = await playSeeds({
    firstSeed: Number(values.seed),
    forMs: Number(values.minutes ?? (values.schedules === undefined ? 1 : 60)) * 60_000,
    atMost: Number(values.schedules ?? Number.POSITIVE_INFINITY),
    store,
    types: await availableTypes(),
    keep: values.keep,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const totals = totalsOf(played);
  process.stdout.write(`${JSON.stringify(totals, undefined, 2)}\n`);
  return totals.failed_seeds.length === 0 ? 0 : 1;
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}
