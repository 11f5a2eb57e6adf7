import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "@arbitex/core";
import type { Host, Validation } from "@arbitex/core/host";
import { createHost, discoverConnectors, openDiskQueueStore, systemClock } from "@arbitex/core/host";
import type { Compression, Given, Sender, SinkAddress, Sinks, SinkType } from "../contender.ts";
import { addressOf, BATCH_SIZE, CONCURRENCY } from "../contender.ts";
import { connectors } from "./connectors.ts";

export interface OursOptions {
  readonly input?: "objects" | "texts";
  readonly compression?: Compression;
  readonly validation?: Validation;
  readonly tls?: boolean;
  /** Events are synced to the disk before they count as accepted. */
  readonly isDurable?: boolean;
  /** Events get numbers and fingerprints, at each destination its own. Durable, as a stream in memory ends with a checkpoint more. */
  readonly isNumbered?: boolean;
  readonly flushIntervalMs?: number;
  /** Threads that encode and send. */
  readonly workers?: number;
}

/** The whole machinery: intake rules, identity, queue, packing, settlement, account. */
export function ours(sinks: readonly SinkType[], options: OursOptions = {}): Sender {
  const { input = "objects", tls = false } = options;
  return {
    kind: "sender",
    sinks,
    input,
    tls,
    async open(addresses) {
      const { host, close } = await openHost(sinks, addresses, options);
      let published = 0;
      return {
        async deliver(given) {
          published += await publish(host, given, input);
          await host.settled();
          const undelivered = host.status().destinations.filter(({ counts }) => counts.delivered !== published);
          if (undelivered.length > 0) throw new Error(`not everything was delivered: ${JSON.stringify(undelivered)}`);
        },
        close,
      };
    },
  };
}

/** None comes while it is measured: the sinks count what they store. */
const CHECKPOINTS_MS = 3_600_000;

export interface OpenHost {
  readonly host: Host;
  readonly close: () => Promise<void>;
}

/** A host that delivers to these sinks. */
export async function openHost(sinks: readonly SinkType[], addresses: Sinks, options: OursOptions): Promise<OpenHost> {
  const { compression = "none", validation = "shape", isNumbered = false, flushIntervalMs, workers = 0 } = options;
  const { isDurable = isNumbered } = options;
  const folder = isDurable ? mkdtempSync(join(tmpdir(), "arbitex-bench-")) : undefined;
  const packages = await discoverConnectors(import.meta.dirname);
  const originOf = (type: SinkType, settings: SinkAddress["config"]) => {
    const connector = packages.find((found) => found.type === type);
    if (connector === undefined) throw new Error(`the bench has no connector of type ${type}`);
    return { connector, settings: () => settings };
  };
  const host = await createHost({
    validation,
    workers,
    ...(folder !== undefined && {
      queueStore: await openDiskQueueStore({ path: join(folder, "queue"), clock: systemClock, logger: silentLogger }),
    }),
    destinations: sinks.map((type) => ({
      id: type,
      connector: connectors[type],
      config: connectors[type].configSchema.parse(addressOf(addresses, type).config),
      origin: originOf(type, addressOf(addresses, type).config),
      // Short, so that collecting a long queue's garbage is not what is measured.
      delivery: {
        batchSize: BATCH_SIZE,
        concurrency: CONCURRENCY,
        compression,
        maxQueuedEvents: 2 * CONCURRENCY * BATCH_SIZE,
        ...(flushIntervalMs !== undefined && { flushIntervalMs }),
        ...(isNumbered && { integrity: { checkpointsMs: CHECKPOINTS_MS } }),
      },
    })),
  });
  return {
    host,
    async close() {
      await host.stop();
      if (folder !== undefined) rmSync(folder, { recursive: true });
    },
  };
}

async function publish(host: Host, { objects, texts }: Given, input: "objects" | "texts"): Promise<number> {
  const all = input === "objects" ? objects : texts;
  for (let from = 0; from < all.length; from += BATCH_SIZE) {
    const to = from + BATCH_SIZE;
    const { rejected } =
      input === "objects"
        ? await host.publish(objects.slice(from, to), { waitForCapacity: true })
        : await host.publishTexts(texts.slice(from, to), { waitForCapacity: true });
    if (rejected.length > 0) throw new Error(`refused: ${JSON.stringify(rejected[0])}`);
  }
  return all.length;
}
