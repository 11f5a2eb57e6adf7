import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createEventGenerator } from "@arbitex/simulators";
import { expect, it, onTestFinished } from "vitest";
import { sharedRegistry } from "./registry.ts";
import { succeed } from "./run-program.ts";

const EVENTS = 500;

it("a third party makes a connector, tests and publishes it, and a deployment that installs it delivers", async () => {
  const registry = sharedRegistry();
  const folder = mkdtempSync(join(tmpdir(), "third-party-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const began = performance.now();
  const npm = (cwd: string, ...words: string[]) => succeed("npm", words, { cwd, env: registry.environment });

  await npm(folder, "create", "@arbitex/connector", "acme-log", "--", "--flavour", "http-json");
  const author = join(folder, "arbitex-connector-acme-log");
  await npm(author, "install");
  await npm(author, "test");
  await npm(author, "run", "verify");
  await npm(author, "publish");

  const deployment = join(folder, "deployment");
  mkdirSync(deployment);
  await npm(deployment, "init", "-y");
  await npm(deployment, "install", "@arbitex/server", "arbitex-connector-acme-log");
  await npm(deployment, "exec", "--yes", "@arbitex/testkit", "verify", "arbitex-connector-acme-log");
  const generator = createEventGenerator({ seed: 1, startTime: Date.now() });
  const lines = Array.from({ length: EVENTS }, () => `${JSON.stringify(generator.next())}\n`);
  writeFileSync(join(deployment, "events.ndjson"), lines.join(""));

  const { default: simulator } = await import(pathToFileURL(join(author, "dist/simulator.js")).href);
  const siem = await simulator.start();
  onTestFinished(() => siem.close());
  const { url, token } = siem.config;
  const env = { ...registry.environment, ACME_LOG_URL: url, ACME_LOG_TOKEN: token };
  const words = ["run", "--input", "events.ndjson", "--json"];
  const account = JSON.parse(await succeed("node_modules/.bin/arbitex-siem", words, { cwd: deployment, env }));

  expect(account).toMatchObject({
    read: EVENTS,
    accepted: EVENTS,
    destinations: [{ type: "acme_log", delivered: EVENTS }],
  });
  expect(new Set(siem.ids).size).toBe(EVENTS);
  process.stderr.write(`from npm create to delivery: ${Math.round((performance.now() - began) / 1000)} s\n`);
});
