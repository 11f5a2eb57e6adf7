// The published API, as checked in under api/: node scripts/api-report.mjs [--update [--breaking]] [--root FOLDER]
// Without a word it fails where the built packages declare something else. `--update` records additions; within a major version
// it refuses what was removed or changed, unless `--breaking` says that the next release is a major.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { entriesOf } from "./api/declarations.mjs";
import { root as own } from "./bootstrap.mjs";

const PACKAGES = ["core", "server", "testkit", "simulators"];
const words = process.argv.slice(2);
const root = words.includes("--root") ? words[words.indexOf("--root") + 1] : own;
const isUpdate = words.includes("--update");

const broken = [];
const stale = [];
for (const name of PACKAGES) {
  const folder = join(root, "packages", name);
  if (!existsSync(folder)) continue;
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const path = join(root, "api", `${name}.md`);
  const text = reportOf(name, entriesOf(folder));
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (before === text) continue;
  stale.push(...additions(before, text));
  // Before the first release nobody depends on anything.
  if (!version.startsWith("0.")) broken.push(...removals(before, text));
  if (!isUpdate || (broken.length > 0 && !words.includes("--breaking"))) continue;
  mkdirSync(join(root, "api"), { recursive: true });
  writeFileSync(path, text);
}

const isRefused = broken.length > 0 && !(isUpdate && words.includes("--breaking"));
if (isRefused) {
  console.error(`Removed from the published API, or changed there:\n${broken.join("\n")}\n`);
  console.error("Keep it and add beside it; or, for the next major version: npm run api -- --breaking");
} else if (!isUpdate && stale.length > 0) {
  console.error(
    `Not in the API report yet:\n${stale.join("\n")}\n\nLook at it as users will, and record it: npm run api`,
  );
}
process.exit(isRefused || (!isUpdate && stale.length > 0) ? 1 : 0);

function reportOf(name, entries) {
  const sections = [...entries].map(([entry, exports]) => {
    const names = [...exports.keys()].toSorted((a, b) => (a < b ? -1 : 1));
    const isDigests = names.length > 0 && names.every((key) => /^[0-9a-f]{12}$/.test(exports.get(key)));
    const lines = names.map((key) => (isDigests ? `${key} ${exports.get(key)}` : `// ${key}\n${exports.get(key)}`));
    return `## ${entry}\n\n\`\`\`ts\n${lines.join("\n")}\n\`\`\`\n`;
  });
  return `# What @arbitex/${name} exports\n\nWritten by \`npm run api\`. Within a major version lines are added, never removed or changed.\n\n${sections.join("\n")}`;
}

/** By entry and export, so that a line that moves from one to another is a removal. */
function linesOf(text) {
  let entry = "";
  let name = "";
  const lines = new Set();
  for (const line of text.split("\n")) {
    if (line.startsWith("## ")) [entry, name] = [line.slice(3), ""];
    else if (line.startsWith("// ")) name = line.slice(3);
    else if (entry !== "" && line.trim() !== "" && !line.startsWith("```"))
      lines.add(`  ${entry} ${name}: ${line.trim()}`);
  }
  return lines;
}

function removals(before, after) {
  const kept = linesOf(after);
  return [...linesOf(before)].filter((line) => !kept.has(line));
}

function additions(before, after) {
  return removals(after, before);
}
