// Writes docs/conformance.md: what becomes of every event when a fault strikes, for each connector that this deployment
// has and that have a simulator. Run it after a build: node scripts/conformance-table.mjs
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { simulators, startHecRelativeSimulator, startVictoriaLogsSimulator } from "@arbitex/simulators";
import { lackOf, runScenario, scenarios } from "@arbitex/testkit/scenarios";

const root = join(import.meta.dirname, "..");
const output = join(root, "docs", "conformance.md");
/** As long as a SIEM on a bad day takes. All connectors wait at the same time. */
const SLOW_MS = 30_000;
const HEAD = ["Connector", "Fault", "Sent", "Delivered", "Repeated", "Dead-lettered", "Posts", "Lost"];

/** Receivers that a connector's own settings make it speak another way to, by its type. */
const VARIANTS = {
  splunk_hec: ["crowdstrike", "logscale", "sentinelone"].map((relative) => ({
    name: `preset \`${relative}\``,
    simulator: {
      start: (options) => startHecRelativeSimulator({ ...options, relative }),
      lacks: { partial: "its answer holds for the whole body, never for single events" },
    },
  })),
  elastic: [{ name: "dialect `victorialogs`", simulator: { start: startVictoriaLogsSimulator } }],
};

const subjects = await findSubjects();
say(`${subjects.length} connectors, ${scenarios.length} faults; a slow answer takes ${SLOW_MS / 1000} s …`);
const slow = runAll(scenarios.filter(({ fault }) => fault === "slow"));
const quick = runAll(scenarios.filter(({ fault }) => fault !== "slow"));
const results = [...(await quick), ...(await slow)].toSorted((a, b) => a.place - b.place);

await writeFile(output, document(results));
const problems = results.flatMap(({ type, fault, report }) =>
  (report?.problems ?? []).map((problem) => `${type}, ${fault}: ${problem}`),
);
for (const problem of problems) say(`FAILED ${problem}`);
const ran = results.filter(({ report }) => report !== undefined);
say(`${ran.length} runs, ${lostIn(results)} events lost, ${problems.length} problems; see docs/conformance.md`);
if (problems.length > 0 || lostIn(results) > 0) process.exitCode = 1;

/** The connectors among the root's dependencies. One that cannot be run yet is named, not passed over. */
async function findSubjects() {
  const { dependencies } = await readJson(join(root, "package.json"));
  const found = [];
  for (const name of Object.keys(dependencies)) {
    const folder = join(root, "node_modules", name);
    const { arbitexConnector: manifest } = await readJson(join(folder, "package.json"));
    if (manifest === undefined) continue;
    const { default: connector } = await import(pathToFileURL(join(folder, manifest.entry)).href);
    const simulator = simulators[manifest.type];
    if (connector === undefined) say(`LEFT OUT ${name}: its module exports no connector yet`);
    else if (simulator === undefined) say(`LEFT OUT ${name}: there is no simulator of ${manifest.type} yet`);
    else {
      const { displayName } = connector;
      found.push({ connector, simulator, displayName });
      for (const { name: variant, simulator: other } of VARIANTS[manifest.type] ?? []) {
        found.push({ connector, simulator: other, displayName: `${displayName}, ${variant}` });
      }
    }
  }
  return found;
}

/** Each connector's faults one after the other, the connectors side by side. */
async function runAll(chosen) {
  const runs = subjects.map(async (subject, at) => {
    const rows = [];
    for (const scenario of chosen) {
      const { displayName, connector } = subject;
      const { type } = connector;
      const { fault } = scenario;
      const place = at * scenarios.length + scenarios.indexOf(scenario);
      const lack = await lackOf(subject, scenario);
      const report = lack === undefined ? await runScenario(subject, scenario, { slowMs: SLOW_MS }) : undefined;
      rows.push({ place, type, displayName, fault, lack, report });
    }
    return rows;
  });
  return (await Promise.all(runs)).flat();
}

function document(rows) {
  const lacking = rows.filter(({ lack }) => lack !== undefined);
  return `# What becomes of events when a SIEM fails

<!-- Made by \`node scripts/conformance-table.mjs\`: run it again instead of editing this page. -->

Each row is one run: events go through the real host and a connector to a simulator of its SIEM, on which one fault
strikes. Waits between attempts are sped up, connections are real. **Lost: ${lostIn(rows)}.** An event is lost when it was accepted
and is neither at the SIEM nor in a dead letter.

${table(rows)}

- *Repeated*: events that the SIEM stores a second time, because its answer to the first was lost. Elasticsearch keeps one.
- *Dead-lettered*: the events that were refused for good, one in \`partial\` and one in \`poisoned\`.
- *Posts*: attempts to send, also those that failed. Without a fault, 250 events take 3.

| Fault | What happens |
| --- | --- |
| \`accepted\` | nothing goes wrong |
| \`partial\` | one event of a batch is refused |
| \`429\` | one answer 429 with \`Retry-After: 300\` |
| \`503\` | two answers 503 |
| \`reset-before\`, \`reset-after\` | the connection is reset before the events were taken (twice), or instead of the answer |
| \`413\` | bodies over 40,000 bytes are refused; a batch is three times that |
| \`401\` | the credential is refused for minutes, then accepted |
| \`poisoned\` | one event of a thousand, in batches as large as may be, is refused whenever it is sent |
| \`slow\` | one answer comes after ${SLOW_MS / 1000} s |
| \`half-closed\`, \`truncated\` | the connection is ended instead of the answer, or half-way through it |
| \`html\` | one answer is a web page with status 200 |
${lacking.length === 0 ? "" : `\n## Not applicable\n\n${lacking.map(({ displayName, fault, lack }) => `- ${displayName}, \`${fault}\`: ${lack}`).join("\n")}\n`}`;
}

function lostIn(rows) {
  return rows.reduce((sum, { report }) => sum + (report?.lost.length ?? 0), 0);
}

function table(rows) {
  const lines = rows
    .filter(({ report }) => report !== undefined)
    .map(({ displayName, fault, report }) => {
      const { sent, delivered, repeated, deadLettered, posts, lost } = report;
      return [
        displayName,
        `\`${fault}\``,
        ...[sent, delivered, repeated, deadLettered, posts, lost.length].map(String),
      ];
    });
  const widths = HEAD.map((title, column) => Math.max(title.length, ...lines.map((cells) => cells[column].length)));
  const line = (cells) =>
    `| ${cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = widths.map((width, column) => (column < 2 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [HEAD, rule, ...lines].map(line).join("\n");
}

async function readJson(path) {
  return JSON.parse(await readFile(path, "utf8"));
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
