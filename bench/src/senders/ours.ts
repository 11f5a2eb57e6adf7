import type { AnyConnector } from "@arbitex/core";
import { createHost } from "@arbitex/core/host";
import type { Sender } from "./sender.ts";
import { addressOf, BATCH_SIZE, CONCURRENCY } from "./sender.ts";

/** The whole machinery: door, identity, queue, packing, settlement, account. */
export function ours(connectors: readonly AnyConnector[], compression: "gzip" | "none" = "none"): Sender {
  return {
    sinks: connectors.map(({ type }) => type),
    async send(events, sinks) {
      const host = await createHost({
        destinations: connectors.map((connector) => ({
          id: connector.type,
          connector,
          config: connector.configSchema.parse(addressOf(sinks, connector.type).config),
          delivery: {
            batchSize: BATCH_SIZE,
            concurrency: CONCURRENCY,
            compression,
            maxQueuedEvents: 2 * CONCURRENCY * BATCH_SIZE,
          },
        })),
      });
      for (let from = 0; from < events.length; from += BATCH_SIZE) {
        await host.publish(events.slice(from, from + BATCH_SIZE), { waitForRoom: true });
      }
      await host.settled();
      const undelivered = host.status().destinations.filter(({ counts }) => counts.delivered !== events.length);
      if (undelivered.length > 0) throw new Error(`not everything was delivered: ${JSON.stringify(undelivered)}`);
      await host.stop();
    },
  };
}
