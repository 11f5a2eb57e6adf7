import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HecSimulator } from "@arbitex/simulators";
import { startHecSimulator } from "@arbitex/simulators";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { environmentOf, run } from "./command.ts";

let folder: string;
let splunk: HecSimulator;
let environment: Record<string, string>;
let input: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "records-"));
  splunk = await startHecSimulator();
  environment = { ...environmentOf("SPLUNK_HEC", splunk.config), SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters") };
  input = join(folder, "audit.ndjson");
  const timestamp = "2025-03-13T00:00:00Z";
  const auditRecords = [
    { action: "dlp_block", timestamp },
    { action: "tea_made", timestamp },
  ];
  await writeFile(input, auditRecords.map((auditRecord) => `${JSON.stringify(auditRecord)}\n`).join(""));
});
afterEach(async () => {
  await splunk.close();
  await rm(folder, { recursive: true });
});

async function configure(content: object): Promise<void> {
  const path = join(folder, "siem.config.json");
  await writeFile(path, JSON.stringify(content));
  environment = { ...environment, SIEM_CONFIG: path };
}

describe("run --input with audit records", () => {
  it("delivers them as events that pass, and names the actions it does not know", async () => {
    await configure({ ingest: { validation: "full", finding_class: 2004 } });
    const { exitCode, stdout, stderr } = await run(["run", "--input", input, "--records", "--json"], environment);
    expect(JSON.parse(stdout)).toMatchObject({ read: 2, accepted: 2, refused: 0 });
    expect(stderr).toContain("1 audit record of an action that has no mapping, delivered as activity 99: tea_made (1)");
    expect(exitCode).toBe(0);
    expect(splunk.stored.map(({ event }) => (event as { class_uid: number }).class_uid)).toEqual([2004, 6003]);
  });

  it("says which audit records it refused for their time, and how many had none", async () => {
    const auditRecords = [{ action: "login", timestamp: "quarter past" }, { action: "login" }];
    await writeFile(input, auditRecords.map((auditRecord) => `${JSON.stringify(auditRecord)}\n`).join(""));
    const { exitCode, stdout, stderr } = await run(["run", "--input", input, "--records", "--json"], environment);
    expect(JSON.parse(stdout)).toMatchObject({ read: 2, accepted: 1, refused: 1 });
    expect(stderr).toContain("timestamp is quarter past");
    expect(stderr).toContain("1 audit record without a time, delivered with that of its receipt.");
    expect(exitCode).toBe(1);
  });

  it("takes the format from the configuration file", async () => {
    await configure({ ingest: { format: "audit_record" } });
    const { exitCode, stdout } = await run(["run", "--input", input, "--json"], environment);
    expect(JSON.parse(stdout)).toMatchObject({ accepted: 2, refused: 0 });
    expect(exitCode).toBe(0);
  });

  it("refuses them as events when nobody says what they are", async () => {
    const { exitCode, stdout } = await run(["run", "--input", input, "--json"], environment);
    expect(JSON.parse(stdout)).toMatchObject({ accepted: 0, refused: 2 });
    expect(exitCode).toBe(1);
  });

  it("refuses --records without --input", async () => {
    const { exitCode, stderr } = await run(["run", "--records"], environment);
    expect(stderr).toContain("POST /v1/audit-records");
    expect(exitCode).toBe(2);
  });

  it("does not start with a GeoIP database that is none", async () => {
    environment = { ...environment, SIEM_GEOIP_CITY: input };
    const { exitCode, stderr } = await run(["run", "--input", input], environment);
    expect(stderr).toContain(`The GeoIP database ${input} cannot be used`);
    expect(exitCode).toBe(2);
  });
});
