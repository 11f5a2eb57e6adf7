import { existsSync } from "node:fs";
import { discoverConnectors } from "@arbitex/core/host";
import { simulators } from "@arbitex/simulators";
import { ROOT } from "../root.ts";

/** The types of connector that this deployment has and that have a simulator, always in the same order. */
export async function availableTypes(): Promise<readonly string[]> {
  const packages = await discoverConnectors(ROOT);
  const types = packages.filter(({ entry }) => existsSync(entry)).map(({ type }) => type);
  return types.filter((type) => simulators[type] !== undefined).toSorted();
}
