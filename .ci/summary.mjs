// What .ci/run ends with: node summary.mjs FOLDER. FOLDER has steps.tsv (name, exit code, seconds), each step's output as NAME.log,
// and vitest's report as NAME.json where the step ran tests. Often only the last lines of a log are kept: failures come last.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Characters of all failures together. */
const MOST = 2000;
const ERROR_LINES = 4;
const LOG_LINES = 8;

const folder = process.argv[2] ?? ".";
const steps = readFileSync(join(folder, "steps.tsv"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => line.split("\t"))
  .map(([name, code, seconds]) => ({ name, isFailed: code !== "0", seconds, ...testsOf(name) }));

console.log("");
for (const { name, seconds, passed, failures, isFailed } of steps) {
  const tests = passed === undefined ? "" : `${passed} tests passed, ${failures.length} failed`;
  console.log(`${isFailed ? "✗" : "✓"} ${seconds.padStart(5)} s  ${name.padEnd(28)} ${tests}`.trimEnd());
}

const failed = steps.filter(({ isFailed }) => isFailed);
const total = steps.reduce((sum, step) => sum + (step.passed ?? 0), 0) + steps.length - failed.length;
// A step whose tests failed has failed by these, and only a step that broke otherwise counts itself.
const wrong = failed.reduce((sum, { failures = [] }) => sum + Math.max(1, failures.length), 0);
const skipped = steps.reduce((sum, step) => sum + (step.skipped ?? 0), 0);
if (failed.length > 0) console.log(`\n${shown(failed)}`);
console.log(`\n${total} passed, ${wrong} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(wrong > 0 ? 1 : 0);

/** Names of what failed first, and then as much of the errors as there is space for. */
function shown(all) {
  const titles = all.flatMap(({ name, failures = [] }) => [
    `✗ ${name}`,
    ...failures.map(({ title }) => `    ✗ ${title}`),
  ]);
  const errors = all.flatMap(({ name, failures = [] }) =>
    failures.length > 0
      ? failures.map(({ title, error }) => `${title}\n${firstLines(error)}`)
      : [`${name}\n${lastLines(name)}`],
  );
  const list = titles.join("\n").slice(0, MOST / 2);
  const each = Math.floor((MOST - list.length) / errors.length);
  return `${list}\n\n${errors.map((text) => text.slice(0, each)).join("\n")}`.slice(0, MOST);
}

function firstLines(text) {
  return text
    .split("\n")
    .slice(0, ERROR_LINES)
    .map((line) => `    ${line.trim()}`)
    .join("\n");
}

function lastLines(name) {
  const path = join(folder, `${name}.log`);
  const lines = existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
  return lines
    .slice(-LOG_LINES)
    .map((line) => `    ${line.trim().slice(0, 200)}`)
    .join("\n");
}

/** Nothing where the step ran no tests, or broke before it could. */
function testsOf(name) {
  const path = join(folder, `${name}.json`);
  if (!existsSync(path)) return {};
  const { numPassedTests, numPendingTests, testResults } = JSON.parse(readFileSync(path, "utf8"));
  const failures = testResults.flatMap(({ name: file, status, message, assertionResults }) => {
    const found = assertionResults.filter((result) => result.status === "failed");
    const short = file.split("/").slice(-1)[0];
    if (found.length === 0) return status === "failed" ? [{ title: `${short} as a whole`, error: message ?? "" }] : [];
    return found.map(({ fullName, failureMessages }) => ({
      title: `${short}: ${fullName}`,
      error: failureMessages[0] ?? "",
    }));
  });
  return { passed: numPassedTests, skipped: numPendingTests, failures };
}
