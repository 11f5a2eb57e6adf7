import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PlannedDestination } from "../schedule/schedule.ts";
import type { Fleet } from "../siems/fleet.ts";
import { siemOf } from "../siems/fleet.ts";
import { caFile as pathOfCaFile } from "./ca-file.ts";

/** Lines tell of the machine that wrote them, which may be another one after a while: they are compared as texts. */
const SAME_EVERYWHERE: Readonly<Record<string, object>> = {
  qradar: { source_host: "faults" },
  syslog: { source_host: "faults" },
};

/** Writes the server's configuration as an operator's tooling does: whole, and in one step. */
export async function writeConfigFile(
  folder: string,
  destinations: readonly PlannedDestination[],
  fleet: Fleet,
): Promise<void> {
  const config = {
    environment: false,
    destinations: destinations.map(({ type, delivery, minSeverityId, caFile }) => ({
      id: type,
      type,
      config: {
        ...siemOf(fleet, type).config,
        ...SAME_EVERYWHERE[type],
        ...(caFile !== undefined && { tls_ca: pathOfCaFile(folder) }),
      },
      delivery,
      ...(minSeverityId !== undefined && { filter: { min_severity_id: minSeverityId } }),
    })),
  };
  const path = join(folder, "siem.config.json");
  await writeFile(`${path}.new`, `${JSON.stringify(config, undefined, 2)}\n`);
  await rename(`${path}.new`, path);
}
