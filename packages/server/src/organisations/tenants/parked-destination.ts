import { defineConnector } from "@arbitex/core";
import type { Destination } from "@arbitex/core/host";
import { z } from "zod";

export interface Parking {
  readonly id: string;
  readonly orgId: string | null;
  readonly type: string;
  /** Why the configuration cannot be used. Contains no secret. */
  readonly reason: string;
  readonly fix: string;
}

/**
 * A destination that holds its events while its configuration cannot be used. Events are accepted and wait, as for a
 * destination with a refused credential, until the configuration is fixed.
 */
export function parkedDestination({ id, orgId, type, reason, fix }: Parking): Destination {
  const step = { name: "configuration", status: "failed", detail: reason, fix } as const;
  const connector = defineConnector({
    type,
    displayName: type,
    guarantee: "accepted",
    configSchema: z.strictObject({}),
    limits: { maxBatchBytes: Number.MAX_SAFE_INTEGER },
    framing: { contentType: "application/x-ndjson" },
    open: () => ({
      encode: (record) => [{ record }],
      send: async () => ({ kind: "suspend", reason, fix }),
      check: async () => ({ steps: [step] }),
    }),
  });
  return { id, orgId, connector, config: {} };
}
