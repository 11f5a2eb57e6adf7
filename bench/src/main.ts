// Runs us and others in turn over the same generated events into the same sinks, and prints medians.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import type { Result } from "./run-sender.ts";
import { runSender } from "./run-sender.ts";
import { senders } from "./senders/index.ts";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "100000" },
    rounds: { type: "string", default: "5" },
    only: { type: "string", default: "" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (values.help) {
  process.stdout.write(`npm run bench -- [--events N] [--rounds N] [--only TEXT] [--json]

  --events N    events that each sender delivers in a round (100000)
  --rounds N    rounds; every sender runs once in each, so that a slow moment hits all (5)
  --only TEXT   only senders whose name holds TEXT: ${Object.keys(senders).join(", ")}
  --json        one JSON document
`);
  process.exit();
}

const count = Number(values.events);
const names = Object.keys(senders).filter((name) => name.includes(values.only));
const results = new Map<string, Result[]>(names.map((name) => [name, []]));
for (let round = 1; round <= Number(values.rounds); round++) {
  for (const name of names) {
    process.stderr.write(`round ${round}/${values.rounds}  ${name}\n`);
    results.get(name)?.push(await runSender(name, count));
  }
}

const rows = [...results].map(([name, all]) => ({
  name,
  cpuSecondsPerMillion: median(all.map((result) => result.cpuSecondsPerMillion)),
  eventsPerSecond: median(all.map((result) => result.eventsPerSecond)),
  peakMegabytes: median(all.map((result) => result.peakMegabytes)),
}));

if (values.json) {
  process.stdout.write(
    `${JSON.stringify({ node: process.version, events: count, rounds: Number(values.rounds), rows })}\n`,
  );
} else {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`;
  process.stdout.write(
    `\n${count} events of 1.2 KB, batches of 100, medians of ${values.rounds} rounds; ${machine}\n\n`,
  );
  process.stdout.write(
    `${"sender".padEnd(32)}${"CPU s/M".padStart(9)}${"events/s".padStart(11)}${"peak MB".padStart(9)}\n`,
  );
  for (const row of rows) {
    const cpu = row.cpuSecondsPerMillion.toFixed(1).padStart(9);
    const rate = Math.round(row.eventsPerSecond).toLocaleString("en").padStart(11);
    process.stdout.write(`${row.name.padEnd(32)}${cpu}${rate}${row.peakMegabytes.toFixed(0).padStart(9)}\n`);
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
