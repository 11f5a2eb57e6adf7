import { defineConnector, ndjson } from "@arbitex/core";
import { xsiamSchema } from "./schema.ts";
import { openXsiamSink } from "./sink.ts";

/** Palo Alto Cortex XSIAM through an HTTP log collector for JSON. */
export const cortexXsiam = defineConnector({
  type: "cortex_xsiam",
  displayName: "Cortex XSIAM",
  envPrefix: "XSIAM",
  configSchema: xsiamSchema,
  // 200 means accepted. Nothing tells whether a record was parsed.
  guarantee: "accepted",
  limits: {
    // Recommended by Palo Alto. A collector refuses above 10 MB, before or after gzip is not documented.
    maxBatchBytes: 1_000_000,
    // The largest record. One above the batch limit is sent alone.
    maxEventBytes: 5_000_000,
  },
  // The collector accepts one compression and answers 500 to the other.
  defaults: ({ compression }) => ({ compression }),
  compressions: ({ compression }) => [compression],
  // One record per line, with the content type of a JSON collector.
  framing: { ...ndjson, contentType: "application/json" },
  open: (config, context) => openXsiamSink(config, context),
});

export default cortexXsiam;
export type { XsiamConfig } from "./schema.ts";
