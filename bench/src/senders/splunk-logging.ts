import { Logger } from "splunk-logging";
import type { Sender } from "../contender.ts";
import { addressOf, BATCH_SIZE, inBatches } from "../contender.ts";
import { timeOf } from "./wire.ts";

/** Splunk's own JavaScript client, batching as it documents. It has no back pressure, so it is fed batch by batch. */
export const splunkLogging: Sender = {
  kind: "sender",
  sinks: ["splunk_hec"],
  input: "objects",
  open(sinks) {
    const { url, config } = addressOf(sinks, "splunk_hec");
    const token = String(config["token"]);
    return {
      deliver: ({ objects }) =>
        inBatches(objects, async (batch) => {
          const logger = new Logger({ token, url, maxBatchCount: BATCH_SIZE + 1 });
          for (const event of batch) logger.send({ message: event, metadata: { time: timeOf(event) / 1000 } });
          await new Promise<void>((resolve, reject) => {
            logger.error = reject;
            logger.flush((error, _, body) => {
              if (error !== null || body.code !== 0) reject(error ?? new Error(body.text));
              else resolve();
            });
          });
        }),
      close() {},
    };
  },
};
