// What the intake rules cost an event, beside JSON.parse in the same run: node packages/core/scripts/measure-intake.mjs [--json]
import { cpus } from "node:os";
import { acceptText, defaultIntakeLimits } from "@arbitex/core/host";
import { createEventGenerator } from "@arbitex/simulators";

const EVENTS = 20_000;
const ROUNDS = 11;

const generator = createEventGenerator({ seed: 1, startTime: 1_741_824_000_000 });
const lines = Array.from({ length: EVENTS }, () => Buffer.from(JSON.stringify(generator.next())));
const averageBytes = Math.round(lines.reduce((sum, line) => sum + line.length, 0) / EVENTS);

const acceptWith = (validation, more = {}) => {
  const settings = { ...defaultIntakeLimits, validation, ...more };
  return (text) => {
    const acceptance = acceptText(text, 0, settings);
    if ("errors" in acceptance) throw new Error(JSON.stringify(acceptance.errors));
  };
};

const subjects = {
  "JSON.parse": (text) => JSON.parse(text),
  "validation: off": acceptWith("off"),
  "validation: shape": acceptWith("shape"),
  "validation: full": acceptWith("full"),
  "validation: shape, repair": acceptWith("shape", { repair: true }),
};

/** CPU of one pass over all events, user and system, in microseconds an event. The texts are new each time. */
function measure(subject) {
  const texts = lines.map((line) => line.toString());
  const before = process.cpuUsage();
  for (const text of texts) subject(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / EVENTS;
}

const samples = new Map(Object.keys(subjects).map((name) => [name, []]));
// In turn, so that a slow moment of the machine hits all; the first round warms up.
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, subject] of Object.entries(subjects)) {
    const cost = measure(subject);
    if (round > 0) samples.get(name).push(cost);
  }
}

const rows = [...samples].map(([name, costs]) => {
  const micros = costs.toSorted((a, b) => a - b)[ROUNDS >> 1];
  return { name, micros, eventsPerSecond: Math.round(1e6 / micros) };
});

if (process.argv.includes("--json")) console.log(JSON.stringify({ node: process.version, averageBytes, rows }));
else {
  console.log(
    `${EVENTS} events of ${averageBytes} bytes, medians of ${ROUNDS} rounds; ${cpus()[0]?.model}, Node ${process.version}\n`,
  );
  const base = rows[0].micros;
  for (const { name, micros, eventsPerSecond } of rows) {
    const beyond = name === "JSON.parse" ? "" : `${(micros - base).toFixed(2).padStart(8)} beyond JSON.parse`;
    const rate = eventsPerSecond.toLocaleString("en").padStart(10);
    console.log(`${name.padEnd(28)}${micros.toFixed(2).padStart(7)} µs${rate} events/s${beyond}`);
  }
}
