import { Logger } from "splunk-logging";
import type { Sender } from "./sender.ts";
import { addressOf, BATCH_SIZE, inBatches } from "./sender.ts";

/** Splunk's own JavaScript client, batching as it documents. It has no back pressure, so it is fed batch by batch. */
export const splunkLogging: Sender = {
  sinks: ["splunk_hec"],
  async send(events, sinks) {
    const { url, config } = addressOf(sinks, "splunk_hec");
    const token = String(config["token"]);
    await inBatches(events, async (batch) => {
      const logger = new Logger({ token, url, maxBatchCount: BATCH_SIZE + 1 });
      for (const event of batch) logger.send({ message: event, metadata: { time: Number(event["time"]) / 1000 } });
      await new Promise<void>((resolve, reject) => {
        logger.error = reject;
        logger.flush((error, _, body) => {
          if (error !== null || body.code !== 0) reject(error ?? new Error(body.text));
          else resolve();
        });
      });
    });
  },
};
