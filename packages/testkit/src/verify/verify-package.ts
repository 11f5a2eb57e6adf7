import type { AnyConnector } from "@arbitex/core";
import type { CheckGroup } from "../conformance/check.ts";
import { check } from "../conformance/check.ts";
import { checksOf } from "../conformance/checks.ts";
import { manifestChecks } from "../conformance/manifest-checks.ts";
import type { ConformanceSimulator } from "../conformance/subject.ts";
import { closingCheck } from "./closing-check.ts";
import { compatibilityChecks } from "./compatibility-checks.ts";
import { simulatorFor } from "./find-simulator.ts";
import { importConnector } from "./import-connector.ts";
import { importChecks } from "./import-checks.ts";
import type { InstalledPackage } from "./installed-package.ts";
import { packageChecks } from "./package-checks.ts";
import { readmeSettingsCheck } from "./readme-settings-check.ts";

/** Imports the package's module and returns all its checks in order, without running any. */
export async function checksOfPackage(
  given: InstalledPackage,
  earlier: InstalledPackage | undefined,
): Promise<readonly CheckGroup[]> {
  const connector = await importConnector(given).catch((error: unknown) => error);
  if (!isLoaded(connector)) {
    return checksWithoutConnector(given, connector instanceof Error ? connector.message : String(connector));
  }
  const before = earlier === undefined ? undefined : await importConnector(earlier);
  const simulator = await simulatorFor(given, connector);
  const found = check("simulator", "has a simulator to deliver to", () =>
    typeof simulator === "string" ? [simulator] : [],
  );
  return [
    ...ownChecks(given),
    {
      name: "The connector",
      checks: [
        check("default-export", IS_ONE, () => []),
        found,
        readmeSettingsCheck(given, connector),
        closingCheck(given, simulator),
      ],
    },
    { name: "Configurations of the version before", checks: compatibilityChecks(connector, before) },
    ...suiteOf(connector, given, simulator),
  ];
}

/** The checks of a package whose connector cannot be had, and why not. */
export function checksWithoutConnector(given: InstalledPackage, problem: string): readonly CheckGroup[] {
  return [
    ...ownChecks(given),
    { name: "The manifest", checks: manifestChecks(undefined, given.manifest) },
    { name: "The connector", checks: [check("default-export", IS_ONE, () => [problem])] },
  ];
}

const IS_ONE = "is the default export of its module";

function ownChecks(given: InstalledPackage): readonly CheckGroup[] {
  return [
    { name: "The package", checks: packageChecks(given) },
    { name: "The module", checks: importChecks(given) },
  ];
}

function suiteOf(
  connector: AnyConnector,
  { manifest }: InstalledPackage,
  simulator: ConformanceSimulator | string,
): readonly CheckGroup[] {
  if (typeof simulator !== "string") return checksOf({ connector, manifest, simulator });
  const missing: ConformanceSimulator = { start: async () => Promise.reject(new Error(simulator)) };
  return checksOf({ connector, manifest, simulator: missing }).map(({ name, checks }) => ({
    name,
    checks: name.endsWith("in its manifest")
      ? checks
      : checks.map((each) => ({ ...each, leftOut: async () => simulator })),
  }));
}

function isLoaded(value: unknown): value is AnyConnector {
  return !(value instanceof Error) && typeof value === "object" && value !== null;
}
