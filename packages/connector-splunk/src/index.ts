import { concatenatedJson, defineConnector } from "@arbitex/core";
import { presets } from "./presets.ts";
import { splunkHecSchema } from "./schema.ts";
import { openHecSink } from "./sink.ts";

/** Splunk through the HTTP Event Collector: Enterprise, Cloud, and, by preset, what else takes events that way. */
export const splunkHec = defineConnector({
  type: "splunk_hec",
  displayName: "Splunk HEC",
  envPrefix: "SPLUNK_HEC",
  configSchema: splunkHecSchema,
  guarantee: ({ ack }) => (ack ? "indexed" : "accepted"),
  limits: ({ preset }) => ({
    // The smallest limit of a body that Splunk's documents name (max_content_length of older versions). Splunk Cloud
    // refuses somewhere above 5 MB, Enterprise today above 800 MB.
    maxBatchBytes: 1_000_000,
    maxEventBytes: presets[preset].maxEventBytes,
  }),
  // A batch occupies its place until Splunk has indexed it, which takes seconds.
  defaults: ({ ack }) => (ack ? { concurrency: 32 } : {}),
  oldEvents: ({ preset }) => presets[preset].oldEvents,
  framing: concatenatedJson,
  open: (config, context) => openHecSink(config, context),
});

export default splunkHec;
export type { SplunkHecConfig } from "./schema.ts";
