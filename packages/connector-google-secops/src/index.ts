import { defineConnector } from "@arbitex/core";
import { framingOf } from "./framing.ts";
import { googleSecOpsSchema } from "./schema.ts";
import { openGoogleSecOpsSink } from "./sink.ts";

/** Google Security Operations (Chronicle) through the Chronicle API: events as raw logs of a log type with a parser. */
export const googleSecOps = defineConnector({
  type: "google_secops",
  displayName: "Google SecOps",
  envPrefix: "GOOGLE_SECOPS",
  // An import that is answered well was taken; whether its parser makes UDM of it shows elsewhere.
  guarantee: "accepted",
  configSchema: googleSecOpsSchema,
  limits: {
    // The limit of the older ingestion API, the only one that Google's documents name. Senders have measured more.
    maxBatchBytes: 1_000_000,
    // An event above the batch limit travels alone. Google's own front ends refuse requests above 4 MiB in other APIs.
    maxEventBytes: 4_000_000,
  },
  // No document says that the API takes compressed bodies. It may be asked for.
  defaults: { compression: "none" },
  framing: framingOf,
  open: openGoogleSecOpsSink,
});

export default googleSecOps;
export type { GoogleSecOpsConfig } from "./schema.ts";
