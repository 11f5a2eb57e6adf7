import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filledFile, filledGuide, readSetupKit } from "./setup-kit.ts";

const PACKAGES = join(import.meta.dirname, "../../..");
const OURS = readdirSync(PACKAGES)
  .filter((name) => name.startsWith("connector-"))
  .map((name) => name.slice("connector-".length));
/** What their files have no place for: what they are about is set on the SIEM's side alone. */
const WITHOUT_VALUES = new Set(["xsiam", "webhook"]);

describe("a connector's kit for the SIEM's side", () => {
  it.each(OURS)("of %s has files, and names only texts that stand in them", async (name) => {
    const { files, guide, places } = await readSetupKit(join(PACKAGES, `connector-${name}`));
    expect(files.length).toBeGreaterThan(0);
    if (name !== "file") expect(guide).toMatch(/^## /);
    expect(Object.keys(places).length > 0).toBe(!WITHOUT_VALUES.has(name));
    const texts = [{ name: "README.md", content: guide }, ...files];
    for (const [file, settings] of Object.entries(places)) {
      const content = texts.find((one) => one.name === file)?.content ?? "";
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

  it.each([
    ["datadog", { source: "acme", service: "portal" }, "pipeline.json", /"source:acme"[^]*"portal"/],
    ["sentinel", { stream_name: "Custom-AcmeLogs" }, "direct.bicep", /output stream_name string = 'Custom-AcmeLogs'/],
    ["google-secops", { log_type: "ACME_AUDIT" }, "queries.txt", /log_type = "ACME_AUDIT"/],
    ["syslog", { port: 7514 }, "syslog-ng.conf", /port\(7514\)/],
    ["s3", { bucket: "acme-logs", prefix: "audit" }, "iam-policy.json", /arn:aws:s3:::acme-logs\/audit\/\*/],
    ["sumo", { source_category: "acme/audit" }, "searches.txt", /_sourceCategory=acme\/audit/],
    ["otlp", { service_name: "acme" }, "victorialogs.logsql", /"service.name":="acme"/],
    ["splunk", { index: "audit", sourcetype: "acme:ocsf" }, "detections.conf", /index=audit sourcetype="acme:ocsf"/],
    ["elastic", { index: "acme" }, "completeness.esql", /FROM acme\*/],
    ["file", { path: "/var/audit", prefix: "acme" }, "verify.mjs", /node verify.mjs \/var\/audit [^]*prefix = "acme"/],
  ])("of %s is filled with %o", async (connector, config, name, expected) => {
    const { files, places } = await readSetupKit(join(PACKAGES, `connector-${connector}`));
    const file = files.find((one) => one.name === name) ?? { name, content: "" };
    const { content, filled } = filledFile(file, places, config);
    expect(content).toMatch(expected);
    expect(filled.toSorted()).toEqual(Object.keys(config).toSorted());
  });

  it("has a guide that is filled too", async () => {
    const kit = await readSetupKit(join(PACKAGES, "connector-qradar"));
    expect(filledGuide(kit, { port: 7514 })).toContain("port 7514");
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
