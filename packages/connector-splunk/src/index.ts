import { concatenatedJson, defineConnector } from "@arbitex/core";
import { presets } from "./presets.ts";
import { splunkHecSchema } from "./schema.ts";
import { openHecSink } from "./sink.ts";

/** Splunk Enterprise and Cloud through the HTTP Event Collector, and, by preset, other products with the same API. */
export const splunkHec = defineConnector({
  type: "splunk_hec",
  displayName: "Splunk HEC",
  envPrefix: "SPLUNK_HEC",
  configSchema: splunkHecSchema,
  guarantee: ({ ack }) => (ack ? "indexed" : "accepted"),
  limits: ({ preset }) => ({
    // The smallest body limit in Splunk's documents (max_content_length of older versions). Splunk Cloud refuses
    // somewhere above 5 MB, current Enterprise above 800 MB.
    maxBatchBytes: 1_000_000,
    maxEventBytes: presets[preset].maxEventBytes,
  }),
  // A batch holds its permit until Splunk has indexed it, which takes seconds.
  defaults: ({ ack }) => (ack ? { concurrency: 32 } : {}),
  oldEvents: ({ preset }) => presets[preset].oldEvents,
  framing: concatenatedJson,
  open: (config, context) => openHecSink(config, context),
});

export default splunkHec;
export type { SplunkHecConfig } from "./schema.ts";
