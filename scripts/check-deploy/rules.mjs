// Has Prometheus' own tool read the rules and run their tests.
import { join } from "node:path";
import { root } from "../bootstrap.mjs";
import { command, debianTool } from "./tools.mjs";

export async function checkRules() {
  const promtool = await debianTool("promtool", ["prometheus"]);
  const cwd = join(root, "deploy/prometheus");
  await command(promtool, ["check", "config", "prometheus.yaml"], { cwd });
  await command(promtool, ["test", "rules", "rules.test.yaml"], { cwd });
}
