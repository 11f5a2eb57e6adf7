import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeploymentFolder } from "../../../core/test/deployment-folder.ts";
import { createDeploymentFolder } from "../../../core/test/deployment-folder.ts";
import type { Environment } from "./file-variables.ts";
import { loadDeployment } from "./load-config.ts";
import { ConfigError, describeProblem } from "@arbitex/core/host";

let folder: DeploymentFolder;
beforeEach(async () => {
  folder = await createDeploymentFolder();
});
afterEach(() => folder.remove());

async function settingsOf(file: string, environment: Environment = {}) {
  await folder.write("siem.config.yaml", file);
  const { settings } = await loadDeployment({ environment, workingFolder: folder.path });
  return settings;
}

async function problemsOf(file: string, environment: Environment = {}): Promise<string[]> {
  try {
    await settingsOf(file, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(describeProblem);
    throw error;
  }
  return [];
}

describe("the settings of intake", () => {
  it("judge by shape and repair nothing unless told", async () => {
    expect(await settingsOf("{}")).toMatchObject({
      validation: "shape",
      repair: false,
      inputFormat: "ocsf",
      auditRecords: { findingClass: 2001, includeContent: false },
      geoip: { city: undefined, anonymous: undefined },
    });
  });

  it("come from the file", async () => {
    const ingest =
      "{ validation: full, repair: true, format: audit_record, finding_class: 2004, include_content: true }";
    expect(await settingsOf(`ingest: ${ingest}`)).toMatchObject({
      validation: "full",
      repair: true,
      inputFormat: "audit_record",
      auditRecords: { findingClass: 2004, includeContent: true },
    });
  });

  it("name what may be written where something else was", async () => {
    const problems = await problemsOf("ingest: { validation: strict, finding_class: 2002, repairs: true }");
    expect(problems.join("\n")).toMatch(/ingest\.validation/);
    expect(problems.join("\n")).toMatch(/ingest\.finding_class.*2001 or 2004/);
    expect(problems.join("\n")).toMatch(/repairs[\s\S]*repair/);
  });
});

describe("the settings of GeoIP", () => {
  it("take the environment's database before the file's", async () => {
    await folder.write("a.mmdb", "");
    await folder.write("b.mmdb", "");
    const file = "enrichment: { geoip_city: a.mmdb, geoip_anonymous: a.mmdb }";
    const { geoip } = await settingsOf(file, { SIEM_GEOIP_CITY: "b.mmdb" });
    expect(geoip.city).toMatch(/b\.mmdb$/);
    expect(geoip.anonymous).toMatch(/a\.mmdb$/);
  });

  it("take several databases, in a list or with commas between them", async () => {
    await folder.write("a.mmdb", "");
    await folder.write("b.mmdb", "");
    const both = [expect.stringMatching(/a\.mmdb$/), expect.stringMatching(/b\.mmdb$/)];
    expect((await settingsOf("enrichment: { geoip_city: [a.mmdb, b.mmdb] }")).geoip.city).toEqual(both);
    expect((await settingsOf("", { SIEM_GEOIP_CITY: "a.mmdb, b.mmdb" })).geoip.city).toEqual(both);
  });

  it("name the setting whose file is not there", async () => {
    const file = "enrichment: { geoip_city: none.mmdb }";
    const [inFile, inEnvironment] = await problemsOf(file, { SIEM_GEOIP_ANONYMOUS: "neither.mmdb" });
    expect(inFile).toMatch(/enrichment\.geoip_city.*none\.mmdb/);
    expect(inEnvironment).toMatch(/SIEM_GEOIP_ANONYMOUS.*neither\.mmdb/);
  });
});
