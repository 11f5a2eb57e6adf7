import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filledFile, readSetupKit } from "./setup-kit.ts";

const PACKAGES = join(import.meta.dirname, "../../..");
const OURS = ["splunk", "elastic", "sentinel", "datadog", "sumo", "qradar", "xsiam", "s3"];

describe("a connector's kit for the SIEM's side", () => {
  it.each(OURS)("of %s has files, and names only texts that stand in them", async (name) => {
    const { files, guide, places } = await readSetupKit(join(PACKAGES, `connector-${name}`));
    expect(files.length).toBeGreaterThan(0);
    expect(guide).toMatch(/^## /);
    for (const [file, settings] of Object.entries(places)) {
      const content = files.find((one) => one.name === file)?.content ?? "";
      for (const text of Object.values(settings).flat()) {
        expect(content, `${file}: ${text}`).toContain(text.replaceAll(/[{}]/g, ""));
      }
    }
  });

  it("has the values of a configuration in it", async () => {
    const { files, places } = await readSetupKit(join(PACKAGES, "connector-splunk"));
    const inputs = files.find(({ name }) => name === "inputs.conf");
    if (inputs === undefined) throw new Error("there is no inputs.conf");
    const { content, filled } = filledFile(inputs, places, { index: "audit", sourcetype: "acme:ocsf", token: "x" });
    expect(filled).toEqual(["index", "sourcetype"]);
    expect(content).toContain("\nindex = audit\n");
    expect(content).toContain("\nindexes = audit\n");
    expect(content).toContain("\nsourcetype = acme:ocsf\n");
  });

  it.each(["a\nb", "$(reboot)", "a b", '"', "$&", "", "x".repeat(201)])("never takes %j for a value", (index) => {
    const file = { name: "f", path: "f", content: "index = main\n" };
    expect(filledFile(file, { f: { index: ["index = {main}"] } }, { index })).toEqual({
      name: "f",
      content: "index = main\n",
      filled: [],
    });
  });

  it("is empty where a package has none", async () => {
    expect(await readSetupKit("/nowhere")).toEqual({ files: [], guide: "", places: {} });
  });
});
