import type { TestProject } from "vitest/node";
import { publishPackages } from "./publish-packages.ts";
import type { Registry } from "./registry.ts";
import { startRegistry } from "./registry.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly registry: Registry;
  }
}

/** Before all test files: a registry with every package of ours. Gives what ends it. */
export default async function shareRegistry(project: TestProject): Promise<() => Promise<void>> {
  const registry = await startRegistry();
  await publishPackages(registry, { version: "1.0.0" });
  project.provide("registry", { url: registry.url, environment: registry.environment });
  return () => registry.close();
}
