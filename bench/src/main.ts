// The bench's commands: the comparison, and the smaller measurements beside it.
import { parseArgs } from "node:util";
import { cases } from "./cases.ts";
import { compare } from "./compare.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: "string", default: "50000" },
    rounds: { type: "string", default: "5" },
    case: { type: "string", multiple: true },
    only: { type: "string", multiple: true },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    print: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

const usage = `npm run bench -- [--events N] [--rounds N] [--case NAME]… [--only TEXT]… [--json] [--write]
npm run bench -- latency
npm run bench -- memory
npm run bench -- guard [--print]
npm run bench -- hostile
npm run bench -- poisoned

Runs us and others in turn over the same generated events into the same sinks, and prints medians.

  --events N      events that each contender delivers in a round, after a tenth of them to warm up (50000)
  --rounds N      rounds; every contender runs once in each, so that a slow moment hits all (5)
  --case NAME     only this case, or these when given several times: ${cases.map(({ name }) => name).join(", ")}
  --only TEXT     only contenders whose name begins so, and what they are compared with
  --json          one JSON document
  --write         puts the results into docs/performance.md, with those of latency and memory

  latency         from handing over one event to the SIEM's answer
  memory          what waiting events and idle destinations take
  guard           fails when an event costs a fifth more than was recorded; --print only shows the figures
  hostile         what a hundred destinations of one organisation at servers that mean harm cost the others; fails when it is too much
  poisoned        what one event in a thousand that never passes costs the good ones; fails when it is too much

Programs are run where they are installed, or where BENCH_SYSLOG_NG, BENCH_RSYSLOG, BENCH_FLUENT_BIT, BENCH_VECTOR and
BENCH_OTELCOL name them. What is missing is said.
`;

const [command] = positionals;
if (values.help) process.stdout.write(usage);
else if (command === "latency") await import("./latency.ts");
else if (command === "memory") await import("./memory.ts");
else if (command === "guard") await import("./guard.ts");
else if (command === "hostile") await import("./hostile.ts");
else if (command === "poisoned") await import("./poisoned.ts");
else if (command !== undefined) {
  process.stderr.write(`There is no command "${command}".\n\n${usage}`);
  process.exitCode = 2;
} else {
  await compare({
    events: Number(values.events),
    rounds: Number(values.rounds),
    cases: values.case,
    only: values.only,
    json: values.json,
    write: values.write,
  });
}
