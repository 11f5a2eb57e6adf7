// Writes what documents repeat from code: option tables of the connectors' READMEs, from their schemas, the tables of audit
// records, from the mapping, and those of all connectors, from the connectors and what they were proven on.
// `--check` writes nothing and fails when a document is out of date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./bootstrap.mjs";

const isCheck = process.argv.includes("--check");
const { deliverySchema, settingsOf, variableOf } = await import(
  pathToFileURL(join(root, "packages/core/dist/host/index.js")).href
);
const { optionsTable } = await import(
  pathToFileURL(join(root, "packages/testkit/dist/documents/options-table.js")).href
);
const { connectorTables } = await import("./connectors-table.mjs");
const { actionsTable, fieldTable, findingTable, outcomeTable } = await import("./ocsf-tables.mjs");
const stale = [];

for (const folder of readdirSync(join(root, "packages")).filter((name) => name.startsWith("connector-"))) {
  const readme = join(root, "packages", folder, "README.md");
  if (!existsSync(readme)) continue;
  const { default: connector } = await import(pathToFileURL(join(root, "packages", folder, "dist/index.js")).href);
  replaceBetween(readme, "options", optionsTable(connector));
}
replaceBetween(join(root, "docs/configuration.md"), "delivery", deliveryTable());
const ocsf = join(root, "docs/ocsf.md");
replaceBetween(ocsf, "fields", fieldTable());
replaceBetween(ocsf, "outcomes", outcomeTable());
replaceBetween(ocsf, "findings", findingTable());
replaceBetween(ocsf, "actions", actionsTable());
const { overview, proofs } = await connectorTables();
replaceBetween(join(root, "docs/connectors.md"), "connectors", overview);
replaceBetween(join(root, "docs/connectors.md"), "proofs", proofs);
if (isCheck && stale.length > 0) {
  console.error(`Out of date: ${stale.join(", ")}. Run: node scripts/generate-docs.mjs`);
  process.exit(1);
}

function deliveryTable() {
  return [
    "| Setting | Variable | Meaning (default) |",
    "| --- | --- | --- |",
    ...settingsOf(deliverySchema).map(({ key, choices, description }) => {
      return `| \`${key}\` | \`${variableOf("<PREFIX>", key)}\` | ${escaped(description)}${oneOf(choices)} |`;
    }),
  ].join("\n");
}

function oneOf(choices) {
  return choices === undefined ? "" : ` One of ${choices.map((choice) => `\`${choice}\``).join(", ")}.`;
}

function escaped(text) {
  return text.replaceAll("|", "\\|");
}

function replaceBetween(path, name, content) {
  const before = readFileSync(path, "utf8");
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = before.indexOf(begin);
  const to = before.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has no ${begin} … ${end}`);
  const after = `${before.slice(0, from + begin.length)}\n${content}\n${before.slice(to)}`;
  if (after === before) return;
  if (isCheck) stale.push(path.slice(root.length + 1));
  else writeFileSync(path, after);
}
