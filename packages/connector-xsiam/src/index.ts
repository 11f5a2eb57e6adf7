import { defineConnector, ndjson } from "@arbitex/core";
import { xsiamSchema } from "./schema.ts";
import { openXsiamSink } from "./sink.ts";

/** Palo Alto Cortex XSIAM through an HTTP log collector for JSON. */
export const cortexXsiam = defineConnector({
  type: "cortex_xsiam",
  displayName: "Cortex XSIAM",
  envPrefix: "XSIAM",
  configSchema: xsiamSchema,
  // 200 means taken in. Nothing tells whether a record was parsed.
  guarantee: "accepted",
  limits: {
    // What Palo Alto advises. A collector refuses above 10 MB, before or after gzip is not said: nothing comes near it.
    maxBatchBytes: 1_000_000,
    // The largest record. One above the batch limit travels alone.
    maxEventBytes: 5_000_000,
  },
  // The collector takes one compression and answers 500 to the other.
  defaults: ({ compression }) => ({ compression }),
  compressions: ({ compression }) => [compression],
  // One record a line, under the type that a collector for JSON expects.
  framing: { ...ndjson, contentType: "application/json" },
  open: (config, context) => openXsiamSink(config, context),
});

export default cortexXsiam;
export type { XsiamConfig } from "./schema.ts";
