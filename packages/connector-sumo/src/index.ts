import { defineConnector, ndjson } from "@arbitex/core";
import { sumoSchema } from "./schema.ts";
import { openSumoSink } from "./sink.ts";

/** Sumo Logic through an HTTP Logs source. */
export const sumoLogic = defineConnector({
  type: "sumo_logic",
  displayName: "Sumo Logic",
  envPrefix: "SUMO",
  configSchema: sumoSchema,
  // 200 means received. An ingest budget that is used up drops messages and is answered 200 as well.
  guarantee: "accepted",
  oldEvents: { afterMs: 30 * 24 * 3_600_000, effect: "Sumo Logic may date them by their arrival." },
  limits: ({ max_message_bytes }) => ({
    // Sumo Logic's advice; a request that takes longer than 30 s is cut off and may be stored in part.
    maxBatchBytes: 1_000_000,
    // A longer message is cut into slices, which are no JSON any more.
    maxEventBytes: max_message_bytes,
  }),
  framing: ndjson,
  open: (config, context) => openSumoSink(config, context),
});

export default sumoLogic;
export type { SumoConfig } from "./schema.ts";
