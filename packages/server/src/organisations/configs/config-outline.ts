import type { Health } from "@arbitex/core/host";
import { z } from "zod";
import type { ConfigRow } from "./config-row.ts";

/** A row without its settings, and the state that was last written: enough to survey all organisations. */
export interface ConfigOutline {
  readonly id: string;
  readonly orgId: string;
  readonly name: string | null;
  readonly connectorType: string;
  readonly isEnabled: boolean;
  readonly deliveryStatus: Health;
  readonly lastError: string | null;
  readonly lastDeliveryAt: Date | null;
  /** Of all servers together. */
  readonly queued: number;
}

export const outlineColumns = [
  "id",
  "org_id",
  "name",
  "connector_type",
  "is_enabled",
  "delivery_status",
  "last_error",
  "last_delivery_at",
  "counts",
] as const satisfies readonly (keyof ConfigRow)[];

/** Converts a row. A platform may have written it, so nothing in it is relied on. */
export function outlineOf(row: Pick<ConfigRow, (typeof outlineColumns)[number]>): ConfigOutline {
  return {
    id: row.id,
    orgId: row.org_id,
    name: row.name,
    connectorType: row.connector_type,
    isEnabled: row.is_enabled,
    deliveryStatus: health.parse(row.delivery_status),
    lastError: row.last_error,
    lastDeliveryAt: row.last_delivery_at,
    queued: counts.parse(row.counts).queued,
  };
}

const health = z.enum(["pending", "healthy", "degraded", "failed"]).catch("pending");
const counts = z.looseObject({ queued: z.number() }).catch({ queued: 0 });
