import { concatenatedJson, defineConnector } from "@arbitex/core";
import { splunkHecSchema } from "./schema.ts";
import { openHecSink } from "./sink.ts";

/** Splunk through the HTTP Event Collector: Enterprise, Cloud, and whatever else speaks HEC. */
export const splunkHec = defineConnector({
  type: "splunk_hec",
  displayName: "Splunk HEC",
  envPrefix: "SPLUNK_HEC",
  configSchema: splunkHecSchema,
  guarantee: ({ ack }) => (ack ? "indexed" : "accepted"),
  limits: {
    // The smallest limit of a body that Splunk's documents name (max_content_length of older versions). Splunk Cloud
    // refuses somewhere above 5 MB, Enterprise today above 800 MB.
    maxBatchBytes: 1_000_000,
    // Below maxEventSize of inputs.conf, 5 MB unless changed, and below what Splunk Cloud takes. An event above the batch
    // limit travels alone; where an older Splunk refuses it with 413, it is dead-lettered.
    maxEventBytes: 5_000_000,
  },
  // A batch occupies its place until Splunk has indexed it, which takes seconds.
  defaults: ({ ack }) => (ack ? { concurrency: 32 } : {}),
  framing: concatenatedJson,
  open: (config, context) => openHecSink(config, context),
});

export default splunkHec;
export type { SplunkHecConfig } from "./schema.ts";
