// Plays schedules of faults against the real server, one after the other, and ends with 1 when anything was lost.
import { parseArgs } from "node:util";
import { changeUnderLoad } from "./cases/change-under-load.ts";
import { killQueue } from "./cases/kill-queue.ts";
import { sequenceKills } from "./cases/sequence-kills.ts";
import { tampered } from "./cases/tampered.ts";
import { restartLedger } from "./cases/restart-ledger.ts";
import { playSeeds } from "./run/play-seeds.ts";
import { totalsOf } from "./run/totals.ts";
import { kafkaCost } from "./kafka/kafka-cost.ts";
import { playKafka } from "./kafka/play-kafka.ts";
import { availableTypes } from "./siems/types.ts";
import { writeTable } from "./table/write-table.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string" },
    minutes: { type: "string" },
    schedules: { type: "string" },
    store: { type: "string" },
    workers: { type: "string" },
    keep: { type: "boolean", default: false },
    table: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    changes: { type: "string", default: "10000" },
    rate: { type: "string", default: "1500" },
    kills: { type: "string", default: "1000" },
    restarts: { type: "string", default: "20" },
    seeds: { type: "string", default: "1" },
    strikes: { type: "string", default: "10" },
    brokers: { type: "string", default: "3" },
    nodes: { type: "string", default: "3" },
    resume: { type: "string" },
    rounds: { type: "string", default: "3" },
    events: { type: "string", default: "100000" },
    exports: { type: "string", default: "1000" },
    help: { type: "boolean", short: "h", default: false },
  },
});

const workers = values.workers === undefined ? undefined : Number(values.workers);

const HELP = `npm run faults -- [--seed N] [--minutes M] [--schedules K] [--store disk|memory] [--workers N] [--keep]
npm run faults -- --table [--only TEXT] [--workers N]
npm run faults -- change-under-load [--changes N] [--seed N] [--rate N] [--store disk|memory]
npm run faults -- kill-queue [--kills N] [--seed N]
npm run faults -- restart-ledger [--restarts N] [--seed N]
npm run faults -- kafka [--seeds N] [--seed N] [--strikes N] [--brokers N] [--nodes N] [--resume FILE]
npm run faults -- kafka-cost [--rounds N] [--nodes N] [--events N]
npm run faults -- sequence-kills [--kills N] [--seed N]
npm run faults -- tampered [--exports N] [--seed N]

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

  change-under-load   --changes N (10000) of destinations while --rate N (1500) events a second pour in, and an account of each
  kill-queue          kills a process that writes to a disk queue --kills N (1000) times, and counts what the next one finds
  sequence-kills      kills a host whose events are numbered --kills N (1000) times, and looks for gaps and numbers given twice
  tampered            tampers with --exports N (1000) of a SIEM, in one of seven ways each, and looks whether verify finds it
  restart-ledger      --restarts N (20) of the server under load, kill -9 among them, and books that close over all lives
  kafka               servers that share a Kafka topic: --strikes N (10) at --nodes N (3) of them and at --brokers N (3) in
                      each of --seeds N (1) schedules, with brokers from Maven and a PostgreSQL of this machine;
                      --resume FILE keeps what each seed showed, and leaves out those that it has
  kafka-cost          no faults: CPU seconds of --nodes N (3) servers on Kafka for --events N (100000), beside the disk queue,
                      in --rounds N (3) in turns

Their seed is 1 when none is given. FAULTS_FOLDER is where they put queues (the system's folder for such files).
`;

const cases: Readonly<Record<string, () => Promise<number>>> = {
  schedules: () => (values.table ? makeTable() : playSchedules()),
  "change-under-load": () =>
    changeUnderLoad({
      changes: Number(values.changes),
      seed: Number(values.seed ?? 1),
      rate: Number(values.rate),
      store: storeOf(values.store),
      say: progress,
    }),
  "kill-queue": () => killQueue({ kills: Number(values.kills), seed: Number(values.seed ?? 1), say: progress }),
  kafka: () =>
    playKafka({
      firstSeed: Number(values.seed ?? 1),
      seeds: Number(values.seeds),
      strikes: Number(values.strikes),
      brokers: Number(values.brokers),
      nodes: Number(values.nodes),
      resume: values.resume,
      say: progress,
    }),
  "kafka-cost": () =>
    kafkaCost({
      rounds: Number(values.rounds),
      nodes: Number(values.nodes),
      events: Number(values.events),
      say: progress,
    }),
  "sequence-kills": () => sequenceKills({ kills: Number(values.kills), seed: Number(values.seed ?? 1), say: progress }),
  tampered: () => tampered({ exports: Number(values.exports), seed: Number(values.seed ?? 1) }),
  "restart-ledger": () => restartLedger({ restarts: Number(values.restarts), seed: Number(values.seed ?? 1) }),
};

const [name = "schedules"] = positionals;
const play = cases[name];
if (values.help) process.stdout.write(HELP);
else if (play === undefined) {
  process.stderr.write(`There is no case "${name}".\n\n${HELP}`);
  process.exitCode = 2;
} else process.exitCode = await play();

async function playSchedules(): Promise<number> {
  const played = await playSeeds({
    firstSeed: Number(values.seed ?? Date.now() % 1_000_000),
    forMs: Number(values.minutes ?? (values.schedules === undefined ? 1 : 60)) * 60_000,
    atMost: Number(values.schedules ?? Number.POSITIVE_INFINITY),
    store: storeOf(values.store),
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

function storeOf(text: string | undefined): "memory" | "disk" {
  return text === "memory" ? "memory" : "disk";
}
