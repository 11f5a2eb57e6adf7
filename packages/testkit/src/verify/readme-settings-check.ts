import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnyConnector } from "@arbitex/core";
import { settingsOf } from "@arbitex/core/host";
import type { Check } from "../conformance/check.ts";
import { check } from "../conformance/check.ts";
import type { InstalledPackage } from "./installed-package.ts";

/** Whether the package alone tells a user which settings there are. */
export function readmeSettingsCheck({ folder }: InstalledPackage, { configSchema }: AnyConnector): Check {
  return check("readme-settings", "explains every setting in its README", () => {
    const path = join(folder, "README.md");
    const readme = existsSync(path) ? readFileSync(path, "utf8") : "";
    return settingsOf(configSchema)
      .filter(({ key }) => !readme.includes(`\`${key}\``))
      .map(({ key }) => `README.md does not explain ${key}: arbitex-testkit options writes the table`);
  });
}
