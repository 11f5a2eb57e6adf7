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

it("setup puts in the values that it is given, and those of a configured destination", async () => {
  const { stdout } = await run(["setup", "elastic", "--set", "index=acme-audit"]);
  expect(stdout).toContain("FROM acme-audit*");
  const environment = {
    ELASTIC_URL: "https://es.example.com",
    ELASTIC_API_KEY: "s3cret-key",
    ELASTIC_INDEX: "from-env",
  };
  const filled = await run(["setup", "elastic", "--destination", "elastic"], environment);
  expect(filled.stdout).toContain("FROM from-env*");
  expect(filled.stdout).not.toContain("s3cret-key");
});

it.each([
  [["--set", "index"], "is no setting"],
  [["--set", "api_key=s3cret-key"], 'no place for this value of "api_key". Settings with a place: index.'],
  [["--set", "index=two words"], "A value is one word"],
  [["--destination", "nowhere"], "no destination is configured"],
])("setup says what is wrong with %j", async (words, said) => {
  const { exitCode, stderr } = await run(["setup", "elastic", ...words]);
  expect([exitCode, stderr.toLowerCase()]).toEqual([2, expect.stringContaining(said.toLowerCase())]);
});

it("setup of a type that is not installed says what to do", async () => {
  const { exitCode, stderr } = await run(["setup", "splunk_hcc"]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('Did you mean "splunk_hec"?')]);
});
