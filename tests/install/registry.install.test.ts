import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { sharedRegistry } from "./registry.ts";
import { succeed } from "./run-program.ts";

it("publishes every package, and npm installs a server and one connector from them", async () => {
  const registry = sharedRegistry();
  const folder = mkdtempSync(join(tmpdir(), "arbitex-deployment-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));

  const options = { cwd: folder, env: registry.environment };
  await succeed("npm", ["init", "-y"], options);
  await succeed("npm", ["install", "@arbitex/server", "@arbitex/connector-splunk"], options);
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  expect(dependencies).toEqual({ "@arbitex/connector-splunk": "^1.0.0", "@arbitex/server": "^1.0.0" });
  const listed = await succeed("node_modules/.bin/arbitex-siem", ["connectors", "list", "--json"], options);
  expect(listed).toContain("splunk_hec");
  expect(listed).not.toContain("datadog");
});
