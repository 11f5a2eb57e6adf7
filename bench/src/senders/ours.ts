import type { Host, Validation } from "@arbitex/core/host";
import { createHost } from "@arbitex/core/host";
import type { Compression, Given, Sender, SinkType } from "../contender.ts";
import { addressOf, BATCH_SIZE, CONCURRENCY } from "../contender.ts";
import { connectors } from "./connectors.ts";

export interface OursOptions {
  readonly input?: "objects" | "texts";
  readonly compression?: Compression;
  readonly validation?: Validation;
  readonly tls?: boolean;
}

/** The whole machinery: door, identity, queue, packing, settlement, account. */
export function ours(sinks: readonly SinkType[], options: OursOptions = {}): Sender {
  const { input = "objects", compression = "none", validation = "shape", tls = false } = options;
  return {
    kind: "sender",
    sinks,
    input,
    tls,
    async open(addresses) {
      const host = await createHost({
        validation,
        destinations: sinks.map((type) => ({
          id: type,
          connector: connectors[type],
          config: connectors[type].configSchema.parse(addressOf(addresses, type).config),
          // Short, so that collecting a long queue's garbage is not what is measured.
          delivery: {
            batchSize: BATCH_SIZE,
            concurrency: CONCURRENCY,
            compression,
            maxQueuedEvents: 2 * CONCURRENCY * BATCH_SIZE,
          },
        })),
      });
      let published = 0;
      return {
        async deliver(given) {
          published += await publish(host, given, input);
          await host.settled();
          const undelivered = host.status().destinations.filter(({ counts }) => counts.delivered !== published);
          if (undelivered.length > 0) throw new Error(`not everything was delivered: ${JSON.stringify(undelivered)}`);
        },
        close: () => host.stop(),
      };
    },
  };
}

async function publish(host: Host, { objects, texts }: Given, input: "objects" | "texts"): Promise<number> {
  const all = input === "objects" ? objects : texts;
  for (let from = 0; from < all.length; from += BATCH_SIZE) {
    const to = from + BATCH_SIZE;
    const { rejected } =
      input === "objects"
        ? await host.publish(objects.slice(from, to), { waitForRoom: true })
        : await host.publishTexts(texts.slice(from, to), { waitForRoom: true });
    if (rejected.length > 0) throw new Error(`refused: ${JSON.stringify(rejected[0])}`);
  }
  return all.length;
}
