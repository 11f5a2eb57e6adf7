// Plays schedules of faults against the real server, one after the other, and ends with 1 when anything was lost.
import { parseArgs } from "node:util";
import { playSeeds } from "./run/play-seeds.ts";
import { totalsOf } from "./run/totals.ts";
import { availableTypes } from "./siems/types.ts";
import { writeTable } from "./table/write-table.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    minutes: { type: "string" },
    schedules: { type: "string" },
    store: { type: "string" },
    workers: { type: "string" },
    keep: { type: "boolean", default: false },
    table: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    help: { type: "boolean", short: "h", default: false },
  },
});

const workers = values.workers === undefined ? undefined : Number(values.workers);

const HELP = `npm run faults -- [--seed N] [--minutes M] [--schedules K] [--store disk|memory] [--workers N] [--keep]
npm run faults -- --table [--only TEXT] [--workers N]

Starts the real server and simulated SIEMs, posts events, and lets faults strike by a schedule made from a seed. In the end
every acknowledged event must be at its SIEMs, in a dead letter or in a queue.

  --seed N        seed of the first schedule, the next ones count up (any)
  --minutes M     no schedule begins later (1)
  --schedules K   at most so many; --seed N --schedules 1 plays one again
  --store S       memory (without kill -9) or disk (disk)
  --workers N     threads that deliver (schedules: as the seed says; table: 0, and the table is not written otherwise)
  --keep          keep faults/runs/seed-N also of runs in which all went well
  --table         write docs/faults.md: one fault after the other, at every connector
  --only TEXT     only the faults whose title holds TEXT, without writing
`;

process.exitCode = values.help ? say(HELP) : values.table ? await makeTable() : await playSchedules();

async function playSchedules(): Promise<number> {
  const played = await playSeeds({
    firstSeed: Number(values.seed),
    forMs: Number(values.minutes ?? (values.schedules === undefined ? 1 : 60)) * 60_000,
    atMost: Number(values.schedules ?? Number.POSITIVE_INFINITY),
    store: values.store === "memory" ? "memory" : "disk",
    workers,
    types: await availableTypes(),
    keep: values.keep,
    say: progress,
  });
  const totals = totalsOf(played);
  process.stdout.write(`${JSON.stringify(totals, undefined, 2)}\n`);
  return totals.failed_seeds.length === 0 ? 0 : 1;
}

async function makeTable(): Promise<number> {
  const problems = await writeTable({ types: await availableTypes(), only: values.only, workers, say: progress });
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}
