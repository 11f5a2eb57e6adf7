import { defineConnector, jsonArray } from "@arbitex/core";
import { datadogSchema } from "./schema.ts";
import { openDatadogSink } from "./sink.ts";

/** Datadog through the Logs intake v2. */
export const datadog = defineConnector({
  type: "datadog",
  displayName: "Datadog",
  envPrefix: "DATADOG",
  configSchema: datadogSchema,
  // 202 means accepted. Nothing tells whether a log was indexed or dropped by a filter.
  guarantee: "accepted",
  oldEvents: { afterMs: 18 * 3_600_000, effect: "Datadog drops events older than 18 hours." },
  limits: {
    // The intake refuses above 5,000,000 bytes before compression; Datadog's own pipelines aim at this.
    maxBatchBytes: 4_250_000,
    maxBatchEvents: 1000,
    // A longer log is truncated and still answered 202.
    maxEventBytes: 1_000_000,
  },
  framing: jsonArray,
  open: (config, context) => openDatadogSink(config, context),
});

export default datadog;
export type { DatadogConfig } from "./schema.ts";
