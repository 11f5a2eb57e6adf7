import { defineConnector } from "@arbitex/core";
import { framingOf } from "./framing.ts";
import { googleSecOpsSchema } from "./schema.ts";
import { openGoogleSecOpsSink } from "./sink.ts";

/** Google Security Operations (Chronicle) through the Chronicle API: events as raw logs of a log type with a parser. */
export const googleSecOps = defineConnector({
  type: "google_secops",
  displayName: "Google SecOps",
  envPrefix: "GOOGLE_SECOPS",
  // Success means the import was accepted. Whether its parser makes UDM of it shows elsewhere.
  guarantee: "accepted",
  configSchema: googleSecOpsSchema,
  limits: {
    // Limit of the older ingestion API, the only one Google documents. Senders have measured more.
    maxBatchBytes: 1_000_000,
    // An event above the batch limit is sent alone. Google's front ends refuse requests above 4 MiB in other APIs.
    maxEventBytes: 4_000_000,
  },
  // No document says whether the API accepts compressed bodies. Users may set it.
  defaults: { compression: "none" },
  framing: framingOf,
  open: openGoogleSecOpsSink,
});

export default googleSecOps;
export type { GoogleSecOpsConfig } from "./schema.ts";
