import { LogsIngestionClient } from "@azure/monitor-ingestion";
import type { Sender } from "../contender.ts";
import { addressOf, inBatches } from "../contender.ts";
import { SENTINEL_TOKEN, timeOf } from "./wire.ts";

/** Microsoft's own JavaScript client. It always packs, and speaks to HTTPS only. */
export const azureClient: Sender = {
  kind: "sender",
  sinks: ["sentinel"],
  input: "objects",
  tls: true,
  open(sinks) {
    const { url, config } = addressOf(sinks, "sentinel");
    const credential = {
      getToken: async () => ({ token: SENTINEL_TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 }),
    };
    const client = new LogsIngestionClient(url, credential);
    return {
      deliver: ({ objects }) =>
        inBatches(objects, async (batch) => {
          const rows = batch.map((event) => ({ TimeGenerated: new Date(timeOf(event)).toISOString(), ...event }));
          await client.upload(String(config["dcr_immutable_id"]), String(config["stream_name"]), rows);
        }),
      close() {},
    };
  },
};
