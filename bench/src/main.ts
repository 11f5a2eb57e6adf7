// The bench's commands: the comparison, and the smaller measurements beside it.
import { parseArgs } from "node:util";
import { cases } from "./cases.ts";
import { compare } from "./compare.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: "string" },
    rounds: { type: "string" },
    case: { type: "string", multiple: true },
    only: { type: "string", multiple: true },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    print: { type: "boolean", default: false },
    batches: { type: "string" },
    orgs: { type: "string" },
    seconds: { type: "string" },
    rate: { type: "string" },
    rows: { type: "string" },
    backlog: { type: "string" },
    queued: { type: "string" },
    intakes: { type: "string" },
    turns: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

const usage = `npm run bench -- [--events N] [--rounds N] [--case NAME]… [--only TEXT]… [--json] [--write]
npm run bench -- NAME

Runs us and others in turn over the same generated events into the same sinks, and prints medians. With a name, measures
one thing by itself.

  --events N      events that each contender delivers in a round, after a tenth of them to warm up (50000)
  --rounds N      rounds; every contender runs once in each, so that a slow moment hits all (5)
  --case NAME     only this case, or these when given several times: ${cases.map(({ name }) => name).join(", ")}
  --only TEXT     only contenders whose name begins so, and what they are compared with
  --json          one JSON document
  --write         puts the results into docs/performance.md, with those of latency and memory

  against COMMIT [WHAT]…   this build and COMMIT's in alternating rounds. WHAT: http-disk, input, hec,
                  unread, texts, gzip, objects (all); --write puts the table into docs/performance.md
  latency         from handing over one event to the SIEM's answer
  memory          what waiting events and idle destinations take
  guard           fails when an event costs a fifth more than was recorded; --print only shows the figures
  hostile         what a hundred destinations of one organisation at servers that mean harm cost the others; fails when it is too much
  poisoned        what one event in a thousand that never passes costs the good ones; fails when it is too much
  filters         what filters and redactions cost on five destinations, of --events N (20000) in --rounds N (5)
  intake          what the intake rules cost an event, beside JSON.parse; --json prints one JSON document
  queue WHAT      what the disk queue costs, of --batches N (2000) hundreds of events. WHAT is append, drain, idle, dead, outage
  isolation       publish to stored, of --orgs N (1000) organisations, while three have a SIEM in trouble
  noisy           what a backlog of --backlog N (100000) of one organisation and the others cost each other, side by side and
                  alone; --turns times the turns of the event loop. Both take --rounds N (12) --seconds N (4) --rate N (400)
  start           time to open --orgs N (10000) destinations with queues on disk, and memory of one, idle and used
  growth          CPU of an event by --orgs N,N,… (1,10,100,1000,10000) and by --queued N,N,… (100000,1000000,3000000);
                  --write puts the tables into docs/performance.md
  intakes         what --intakes N,N,… (1,2) servers on one configuration accept of --events N (100000), with exact accounts
  rows            time to open --rows N (10000) rows of the database, and to apply a change of one
  verify          time and memory of \`arbitex-siem verify\` for an export of --events N (1000000)
  hostile-organisation   what one hostile organisation costs another one's publishes, in periods of --seconds N (20)

BENCH_FOLDER is where queues are put while they are measured (the system's folder for such files). Programs are run where
they are installed, or where BENCH_SYSLOG_NG, BENCH_RSYSLOG, BENCH_FLUENT_BIT, BENCH_VECTOR and BENCH_OTELCOL name them.
What is missing is said.
`;

// Each loads what it needs and nothing else: memory is among what they measure.
const commands: Readonly<Record<string, () => Promise<unknown>>> = {
  comparison,
  async against() {
    const { compareWithCommit } = await import("./against/compare-with-commit.ts");
    const [, commit, ...names] = positionals;
    await compareWithCommit({
      commit,
      names,
      events: numberOf(values.events, 50_000),
      rounds: numberOf(values.rounds, 5),
      write: values.write,
    });
  },
  latency: () => import("./latency.ts"),
  memory: () => import("./memory.ts"),
  guard: () => import("./guard.ts"),
  hostile: () => import("./hostile.ts"),
  poisoned: () => import("./poisoned.ts"),
  async filters() {
    const { measureFilters } = await import("./filters.ts");
    await measureFilters({ events: numberOf(values.events, 20_000), rounds: numberOf(values.rounds, 5) });
  },
  async intake() {
    const { measureIntake } = await import("./intake.ts");
    measureIntake({ json: values.json });
  },
  async queue() {
    const { measureQueue } = await import("./queue/queue-bench.ts");
    await measureQueue(positionals[1] ?? "append", numberOf(values.batches, 2000));
  },
  async isolation() {
    const { measureIsolation } = await import("./organisations/isolation.ts");
    await measureIsolation(othersLoad());
  },
  async noisy() {
    const { measureNeighbours } = await import("./organisations/neighbours.ts");
    await measureNeighbours({ ...othersLoad(), backlog: numberOf(values.backlog, 100_000), turns: values.turns });
  },
  async start() {
    const { measureStart } = await import("./organisations/start.ts");
    await measureStart({ orgs: numberOf(values.orgs, 10_000) });
  },
  async growth() {
    const { measureGrowth } = await import("./organisations/growth.ts");
    await measureGrowth({
      events: numberOf(values.events, 20_000),
      orgs: numbersOf(values.orgs, [1, 10, 100, 1000, 10_000]),
      queued: numbersOf(values.queued, [100_000, 1_000_000, 3_000_000]),
      write: values.write,
    });
  },
  async intakes() {
    const { measureIntakes } = await import("./intakes/intakes.ts");
    await measureIntakes({
      events: numberOf(values.events, 100_000),
      rounds: numberOf(values.rounds, 5),
      intakes: numbersOf(values.intakes, [1, 2]),
    });
  },
  async rows() {
    const { measureRows } = await import("./rows.ts");
    await measureRows(numberOf(values.rows, 10_000));
  },
  async verify() {
    const { measureVerify } = await import("./verify.ts");
    await measureVerify({ events: numberOf(values.events, 1_000_000) });
  },
  async "hostile-organisation"() {
    const { measureHostileOrganisation } = await import("./hostile-organisation.ts");
    await measureHostileOrganisation({ seconds: numberOf(values.seconds, 20) });
  },
};

const [name = "comparison"] = positionals;
const command = commands[name];
if (values.help) process.stdout.write(usage);
else if (command === undefined) {
  process.stderr.write(`There is no command "${name}".\n\n${usage}`);
  process.exitCode = 2;
} else await command();

function comparison(): Promise<void> {
  return compare({
    events: numberOf(values.events, 50_000),
    rounds: numberOf(values.rounds, 5),
    cases: values.case,
    only: values.only,
    json: values.json,
    write: values.write,
  });
}

function othersLoad() {
  return {
    orgs: numberOf(values.orgs, 1000),
    rounds: numberOf(values.rounds, 12),
    seconds: numberOf(values.seconds, 4),
    rate: numberOf(values.rate, 400),
  };
}

function numberOf(text: string | undefined, usual: number): number {
  return text === undefined ? usual : Number(text);
}

function numbersOf(text: string | undefined, usual: readonly number[]): readonly number[] {
  return text === undefined ? usual : text.split(",").filter(Boolean).map(Number);
}
