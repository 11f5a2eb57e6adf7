import { Client } from "@elastic/elasticsearch";
import type { Sender } from "./sender.ts";
import { addressOf, BATCH_SIZE, CONCURRENCY } from "./sender.ts";

/** Elastic's own JavaScript client, its bulk helper. It flushes by bytes, so the bytes are set to a batch's. */
export const elasticsearchClient: Sender = {
  sinks: ["elastic"],
  async send(events, sinks) {
    const { url } = addressOf(sinks, "elastic");
    const client = new Client({ node: url });
    const result = await client.helpers.bulk({
      datasource: [...events],
      flushBytes: 1250 * BATCH_SIZE,
      concurrency: CONCURRENCY,
      retries: 0,
      onDocument: (event) => [{ create: { _index: "arbitex-ocsf" } }, { ...event, "@timestamp": event["time"] }],
    });
    if (result.failed > 0) throw new Error(`${result.failed} documents failed`);
    await client.close();
  },
};
