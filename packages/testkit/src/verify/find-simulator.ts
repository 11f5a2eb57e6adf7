import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyConnector } from "@arbitex/core";
import { isObject, simulators } from "@arbitex/simulators";
import type { ConformanceSimulator } from "../conformance/subject.ts";
import type { InstalledPackage } from "./installed-package.ts";

/**
 * The simulator of a connector's SIEM: its package's own, or one of `@arbitex/simulators`. A string tells why there is
 * none.
 */
export async function simulatorFor(
  { folder, manifest }: InstalledPackage,
  { type }: Pick<AnyConnector, "type">,
): Promise<ConformanceSimulator | string> {
  const { arbitexConnector: own } = manifest;
  const path = isObject(own) ? own["simulator"] : undefined;
  if (typeof path !== "string") {
    return (
      simulators[type] ??
      `there is no simulator of ${type}: export one by default from a module of the package, { start, lacks }, and name it as arbitexConnector.simulator`
    );
  }
  const file = join(folder, path);
  if (!existsSync(file)) return `there is no ${file}, which arbitexConnector.simulator names`;
  try {
    const module: unknown = await import(pathToFileURL(file).href);
    const simulator = isObject(module) ? module["default"] : undefined;
    return isSimulator(simulator) ? simulator : `the default export of ${file} has no function "start"`;
  } catch (error) {
    return `${file} cannot be imported: ${String(error)}. Its peer @arbitex/simulators may have to be installed.`;
  }
}

function isSimulator(value: unknown): value is ConformanceSimulator {
  return isObject(value) && typeof value["start"] === "function";
}
