import { once } from "node:events";
import { pino } from "pino";
import pinoElasticsearch from "pino-elasticsearch";
import type { Sender } from "../contender.ts";
import { addressOf, BATCH_SIZE } from "../contender.ts";

/** pino with its Elasticsearch transport in the same process. It knows no ids, and one request at a time is its own choice. */
export const pinoToElasticsearch: Sender = {
  kind: "sender",
  sinks: ["elastic"],
  input: "objects",
  open(sinks) {
    const { url } = addressOf(sinks, "elastic");
    return {
      async deliver({ objects }) {
        const stream = pinoElasticsearch({
          node: url,
          index: "pino-bench",
          esVersion: 8,
          flushBytes: 1250 * BATCH_SIZE,
        });
        const inserted = once(stream, "insert");
        const logger = pino({ base: null, timestamp: false }, stream);
        for (const event of objects) {
          logger.info(event);
          // pino waits for nobody; without this, everything would be in memory at once.
          if (stream.writableNeedDrain) await once(stream, "drain");
        }
        stream.end();
        await inserted;
      },
      close() {},
    };
  },
};
