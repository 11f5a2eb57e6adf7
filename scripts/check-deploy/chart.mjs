// Renders the chart with Helm, and judges what came out by the schemas of Kubernetes and by our own command.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../bootstrap.mjs";
import { command, goTool } from "./tools.mjs";

const CHART = join(root, "deploy/helm/arbitex-siem");
/** The oldest version that the chart takes, and the newest of which there are schemas. */
const KUBERNETES = ["1.27", "1.30"];

export async function checkChart(options) {
  const helm = await goTool("helm.sh/helm/v3/cmd/helm@v3.19.0", options);
  const validate = await goTool("sigs.k8s.io/kubectl-validate@v0.0.4", options);
  const folder = mkdtempSync(join(tmpdir(), "chart-"));
  try {
    for (const values of ["minimal", "everything"]) {
      const given = ["--values", join(CHART, "ci", `${values}.yaml`)];
      for (const version of KUBERNETES) {
        const out = join(folder, `${values}-${version}`);
        await command(helm, ["lint", "--strict", "--kube-version", version, CHART, ...given]);
        await command(helm, ["template", "siem", CHART, ...given, "--kube-version", version, "--output-dir", out]);
        await command(validate, ["--version", version, out]);
      }
      await checkConfiguration(join(folder, `${values}-1.30`, "arbitex-siem/templates/configmap.yaml"), folder);
    }
    await assert.rejects(
      command(helm, ["template", "siem", CHART, "--kube-version", "1.30"]),
      ({ message }) => message.includes("/image/repository") && message.includes("/secretName"),
      "a chart without an image and a Secret is refused",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The configuration file that a server would find is one that it takes. */
async function checkConfiguration(path, folder) {
  const [, indented = ""] = readFileSync(path, "utf8").split("  siem.config.yaml: |\n");
  const file = join(folder, "siem.config.yaml");
  writeFileSync(file, indented.replaceAll(/^ {4}/gm, ""));
  const cli = join(root, "packages/server/bin/arbitex-siem.js");
  const environment = { PATH: process.env.PATH, SPLUNK_HEC_URL: "http://127.0.0.1:1", SPLUNK_HEC_TOKEN: "t" };
  await command(process.execPath, [cli, "validate", "--config", file], {
    cwd: root,
    env: { ...environment, SPLUNK_TOKEN: "t", SIEM_INGEST_TOKEN: "t".repeat(32) },
  });
}
