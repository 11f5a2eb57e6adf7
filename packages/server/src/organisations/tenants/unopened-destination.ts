import type { Unopened } from "@arbitex/core/host";
import type { ConfigStore } from "../configs/config-store.ts";
import type { SiemConfig } from "../configs/siem-config.ts";
import { parkedDestination } from "./parked-destination.ts";
import type { TenantDestination, TenantSettings } from "./tenant-destination.ts";

export interface RowsOptions {
  readonly configs: Pick<ConfigStore, "read">;
  readonly destinationOf: (settings: TenantSettings) => Promise<TenantDestination>;
}

/** Returns what a destination without events under way is: its row, so that its filter and its redaction hold, or nothing. */
export async function unopenedDestination(id: string, options: RowsOptions): Promise<Unopened> {
  const [row] = await options.configs.read([id]);
  if (row === undefined) {
    const reason = "the destination was removed";
    const destination = parkedDestination({ id, orgId: null, type: "unknown", reason, fix: "" });
    return { destination, stage: "removed", reason };
  }
  const reason = row.isEnabled ? "the destination is not open" : "the destination is disabled";
  const { orgId, connectorType: type } = row;
  const destination = (await usable(row, options)) ?? parkedDestination({ id, orgId, type, reason, fix: "" });
  return { destination, stage: "expired", reason };
}

async function usable(row: SiemConfig, { destinationOf }: RowsOptions) {
  const { settings } = row;
  if ("unreadable" in settings && typeof settings.unreadable === "string") return undefined;
  const found = await destinationOf({ ...row, settings });
  return "destination" in found ? found.destination : undefined;
}
