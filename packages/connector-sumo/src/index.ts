import { defineConnector, ndjson } from "@arbitex/core";
import { sumoSchema } from "./schema.ts";
import { openSumoSink } from "./sink.ts";

/** Sumo Logic through an HTTP Logs source. */
export const sumoLogic = defineConnector({
  type: "sumo_logic",
  displayName: "Sumo Logic",
  envPrefix: "SUMO",
  configSchema: sumoSchema,
  // 200 means received. A used-up ingest budget drops messages and also answers 200.
  guarantee: "accepted",
  oldEvents: { afterMs: 30 * 24 * 3_600_000, effect: "Sumo Logic may date them by their arrival." },
  limits: ({ max_message_bytes }) => ({
    // Recommended by Sumo Logic. A request that takes longer than 30 s is aborted and may be partly stored.
    maxBatchBytes: 1_000_000,
    // A longer message is split into parts, which are no longer JSON.
    maxEventBytes: max_message_bytes,
  }),
  framing: ndjson,
  open: (config, context) => openSumoSink(config, context),
});

export default sumoLogic;
export type { SumoConfig } from "./schema.ts";
