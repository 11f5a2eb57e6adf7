import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./command.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "usage-"));
});
afterAll(() => rm(folder, { recursive: true }));

const splunk = { SPLUNK_HEC_URL: "http://127.0.0.1:1", SPLUNK_HEC_TOKEN: "s3cret-token" };

describe("wrong usage", () => {
  it.each([
    ["an unknown command", ["rum"], "Did you mean run?"],
    ["an unknown option", ["run", "--inptu", "x"], "Did you mean --input?"],
    ["a port that is none", ["run", "--port", "80a"], "A port is a number"],
    ["an input that is not there", ["run", "--input", "/nowhere/events.ndjson"], "ENOENT"],
    ["an unknown destination", ["check", "splunk"], 'There is no destination "splunk". Configured are: splunk_hec.'],
    ["an unknown simulator", ["simulate", "spunk"], 'There is no simulator "spunk"'],
    ["a fault that is none", ["simulate", "splunk", "--port", "0", "--fault", "5o3:20%"], "unknown fault"],
    ["an unknown stage", ["dead-letters", "list", "--stage", "lost"], 'There is no stage "lost"'],
    ["a time that is none", ["dead-letters", "list", "--since", "soon"], "is no time"],
  ])("ends with 2 and says what to do: %s", async (_name, words, said) => {
    const { exitCode, stderr } = await run(words, splunk);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  it("ends with 2 when there is nowhere to deliver to, and shows how to say where", async () => {
    const { exitCode, stdout, stderr } = await run(["run"]);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("SPLUNK_HEC_URL=");
    expect(stderr).toContain("siem.config.yaml");
    expect(stderr).toContain("arbitex-siem run --demo");
  });

  it("refuses to listen beyond this machine without a token", async () => {
    const { exitCode, stderr } = await run(["run", "--host", "0.0.0.0", "--port", "0"], splunk);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("Set SIEM_INGEST_TOKEN")]);
  });
});

describe("help", () => {
  it.each([
    [["run"]],
    [["validate"]],
    [["check"]],
    [["simulate"]],
    [["connectors", "describe"]],
    [["dead-letters", "replay"]],
    [["db", "migrate"]],
    [["secrets", "rotate"]],
    [["tokens", "create"]],
  ])("of %j has examples and ends with 0", async (words) => {
    const { exitCode, stdout, stderr } = await run([...words, "--help"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Examples:\n  ");
    expect(stdout).toContain("--json");
    expect(stdout).toContain("--config <file>");
  });
});

describe("validate", () => {
  it("says everything that is wrong at once, and shows no secret", async () => {
    const file = join(folder, "bad.yaml");
    await writeFile(
      file,
      "destinations:\n  - { id: a, type: splunk_hec, config: { urll: 'http://x', token: 's3cret-token' } }\n  - { id: a, type: splonk_hec, config: {} }\n",
    );
    const { exitCode, stdout } = await run(["validate", "--config", file, "--json"]);
    const report = JSON.parse(stdout);
    expect([exitCode, report.ok]).toEqual([2, false]);
    expect(report.problems.length).toBeGreaterThanOrEqual(3);
    expect(stdout).not.toContain("s3cret-token");
    const forPeople = await run(["validate", "--config", file]);
    expect(forPeople.exitCode).toBe(2);
    expect(forPeople.stdout).toContain("splonk_hec");
  });

  it("lists the destinations of a good configuration", async () => {
    const { exitCode, stdout } = await run(["validate", "--json"], splunk);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      0,
      { ok: true, problems: [], destinations: [{ id: "splunk_hec", type: "splunk_hec", org_id: null }] },
    ]);
  });
});

describe("connectors", () => {
  it("lists what is installed, with package and version", async () => {
    const { connectors } = JSON.parse((await run(["connectors", "list", "--json"])).stdout);
    expect(connectors).toContainEqual({
      type: "splunk_hec",
      package: "@arbitex/connector-splunk",
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      path: expect.stringContaining("connector-splunk"),
      guarantee: expect.any(String),
    });
  });

  it("describes a connector's settings for people and as JSON Schema", async () => {
    const { stdout } = await run(["connectors", "describe", "splunk_hec"]);
    expect(stdout).toMatch(/url +SPLUNK_HEC_URL +string, required/);
    expect(stdout).toMatch(/token +SPLUNK_HEC_TOKEN +string, required, secret/);
    const schema = JSON.parse((await run(["connectors", "describe", "elastic", "--json"])).stdout);
    expect(schema).toMatchObject({ type: "object", properties: { index: { default: "arbitex-ocsf" } } });
  });
});
