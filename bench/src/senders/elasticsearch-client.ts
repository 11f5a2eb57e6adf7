import { Client } from "@elastic/elasticsearch";
import type { Sender } from "../contender.ts";
import { addressOf, BATCH_SIZE, CONCURRENCY } from "../contender.ts";
import { uidOf } from "./wire.ts";

/** Elastic's own JavaScript client, its bulk helper. It flushes by bytes, so the bytes are set to a batch's. */
export const elasticsearchClient: Sender = {
  kind: "sender",
  sinks: ["elastic"],
  input: "objects",
  open(sinks) {
    const { url } = addressOf(sinks, "elastic");
    const client = new Client({ node: url });
    return {
      async deliver({ objects }) {
        const result = await client.helpers.bulk({
          datasource: [...objects],
          flushBytes: 1250 * BATCH_SIZE,
          concurrency: CONCURRENCY,
          retries: 0,
          onDocument: (event) => [
            { create: { _index: "arbitex-ocsf", _id: uidOf(event) } },
            { ...event, "@timestamp": event["time"] },
          ],
        });
        if (result.failed > 0) throw new Error(`${result.failed} documents failed`);
      },
      close: () => client.close(),
    };
  },
};
