import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, it } from "vitest";
import { run } from "./command.ts";

const SETUP = join(import.meta.dirname, "../../packages/connector-elastic/setup");
const NAMES = readdirSync(SETUP, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(SETUP, join(entry.parentPath, entry.name)));

it("setup prints the files for the SIEM's side, under the paths where they lie", async () => {
  const { exitCode, stdout, stderr } = await run(["setup", "elastic"]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  for (const name of NAMES) expect(stdout).toContain(`connector-elastic/setup/${name}\n`);
  expect(stdout).toContain('"index_patterns"');
});

it("setup --json gives them as one document", async () => {
  const { stdout } = await run(["setup", "elastic", "--json"]);
  const { files } = JSON.parse(stdout) as { files: { name: string; content: string }[] };
  expect(files.map(({ name }) => name)).toEqual(NAMES.toSorted());
  for (const { content } of files) expect(content.length).toBeGreaterThan(10);
});

it("setup of a type that is not installed says what to do", async () => {
  const { exitCode, stderr } = await run(["setup", "splunk_hcc"]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Did you mean "splunk_hec"?')]);
});
