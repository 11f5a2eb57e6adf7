// What the intake rules cost an event, beside JSON.parse in the same run.
import { cpus } from "node:os";
import type { IntakeRules } from "@arbitex/core/host";
import { acceptText, defaultIntakeLimits } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";
import { median } from "./report/summarise.ts";

const EVENTS = 20_000;
const ROUNDS = 11;

type Subject = (text: string) => unknown;

const subjects: Readonly<Record<string, Subject>> = {
  "JSON.parse": (text) => JSON.parse(text),
  "validation: off": acceptWith({ validation: "off" }),
  "validation: shape": acceptWith({ validation: "shape" }),
  "validation: full": acceptWith({ validation: "full" }),
  "validation: shape, repair": acceptWith({ validation: "shape", repair: true }),
};

export function measureIntake({ json }: { readonly json: boolean }): void {
  const generator = createEventGenerator({ seed: 1, startTime: 1_741_824_000_000 });
  const lines = Array.from({ length: EVENTS }, () => Buffer.from(JSON.stringify(generator.next())));
  const averageBytes = Math.round(lines.reduce((sum, line) => sum + line.length, 0) / EVENTS);
  const samples = new Map(Object.keys(subjects).map((name): [string, number[]] => [name, []]));
  // In turn, so that a slow moment of the machine hits all; the first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, subject] of Object.entries(subjects)) {
      const cost = microsecondsEach(lines, subject);
      if (round > 0) samples.get(name)?.push(cost);
    }
  }
  const rows = [...samples].map(([name, costs]) => {
    const micros = median(costs);
    return { name, micros, eventsPerSecond: Math.round(1e6 / micros) };
  });
  if (json) process.stdout.write(`${JSON.stringify({ node: process.version, averageBytes, rows })}\n`);
  else process.stdout.write(textOf(averageBytes, rows));
}

function acceptWith(rules: Partial<IntakeRules>): Subject {
  const settings = { ...defaultIntakeLimits, ...rules };
  return (text) => {
    const acceptance = acceptText(text, 0, settings);
    if ("errors" in acceptance) throw new Error(JSON.stringify(acceptance.errors));
  };
}

/** CPU of one pass over all events, user and system, in microseconds an event. The texts are new each time. */
function microsecondsEach(lines: readonly Buffer[], subject: Subject): number {
  const texts = lines.map((line) => line.toString());
  const before = process.cpuUsage();
  for (const text of texts) subject(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / EVENTS;
}

interface Row {
  readonly name: string;
  readonly micros: number;
  readonly eventsPerSecond: number;
}

function textOf(averageBytes: number, rows: readonly Row[]): string {
  const base = rows[0]?.micros ?? 0;
  const lines = rows.map(({ name, micros, eventsPerSecond }) => {
    const beyond = name === "JSON.parse" ? "" : `${(micros - base).toFixed(2).padStart(8)} beyond JSON.parse`;
    const rate = eventsPerSecond.toLocaleString("en").padStart(10);
    return `${name.padEnd(28)}${micros.toFixed(2).padStart(7)} µs${rate} events/s${beyond}\n`;
  });
  const machine = `${cpus()[0]?.model ?? "an unknown processor"}, Node ${process.version}`;
  return `${EVENTS} events of ${averageBytes} bytes, medians of ${ROUNDS} rounds; ${machine}\n\n${lines.join("")}`;
}
