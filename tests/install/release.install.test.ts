import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startRegistry } from "./registry.ts";
import { succeed } from "./run-program.ts";

const ROOT = join(import.meta.dirname, "../..");

it("a release publishes every package to another registry, without provenance, and no version twice", async () => {
  const registry = await startRegistry();
  onTestFinished(() => registry.close());
  const options = { cwd: ROOT, env: { ...registry.environment, npm_config_registry: registry.url } };
  await succeed("node", ["scripts/release.mjs"], options);
  const published = await succeed("npm", ["view", "@arbitex/connector-splunk", "--json"], { ...options, cwd: "/" });
  const { peerDependencies, dist } = JSON.parse(published) as {
    readonly peerDependencies: Readonly<Record<string, string>>;
    readonly dist: Readonly<Record<string, unknown>>;
  };
  expect(peerDependencies["@arbitex/core"]).toMatch(/^\^\d/);
  expect(dist).not.toHaveProperty("attestations");
  await succeed("node", ["scripts/release.mjs"], options);
});
