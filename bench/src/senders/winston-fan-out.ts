import winston from "winston";
import type { BenchEvent, Sender, SinkType } from "../contender.ts";
import { addressOf, BATCH_SIZE, CONCURRENCY } from "../contender.ts";
import { createPost } from "./fetch-loop.ts";
import { wires } from "./wire.ts";

/** winston with one transport a SIEM. */
export function winstonFanOut(sinks: readonly SinkType[]): Sender {
  return {
    kind: "sender",
    sinks,
    input: "objects",
    open(addresses) {
      const batches = sinks.map((type) => createBatches(createPost(wires[type], addressOf(addresses, type), "none")));
      const transports = batches.map(transportTo);
      const logger = winston.createLogger({ level: "info", format: winston.format.json(), transports });
      return {
        async deliver({ objects }) {
          for (const event of objects) {
            // winston takes a level and a message from what it logs, and has no wait for a slow transport.
            logger.log({ level: "info", message: "audit", event });
            if (batches.some(({ isBusy }) => isBusy())) await Promise.all(batches.map((batch) => batch.whenIdle()));
          }
          await new Promise((resolve) => setImmediate(resolve));
          await Promise.all(batches.map((batch) => batch.flush()));
        },
        close: () => void logger.close(),
      };
    },
  };
}

type Post = (batch: readonly BenchEvent[]) => Promise<void>;

/** Gathers batches and posts them, as published transports do. */
function createBatches(post: Post) {
  const underWay = new Set<Promise<void>>();
  let batch: BenchEvent[] = [];
  const isBusy = () => underWay.size > CONCURRENCY;

  function send(): void {
    const sending = post(batch).finally(() => underWay.delete(sending));
    underWay.add(sending);
    batch = [];
  }

  return {
    isBusy,
    add(event: BenchEvent) {
      batch.push(event);
      if (batch.length === BATCH_SIZE) send();
    },
    async whenIdle() {
      while (isBusy()) await Promise.race(underWay);
    },
    async flush() {
      if (batch.length > 0) send();
      await Promise.all(underWay);
    },
  };
}

/** winston's own transport, with another idea of where its lines go. */
function transportTo(batches: ReturnType<typeof createBatches>): winston.transport {
  return Object.assign(new winston.transports.Console(), {
    log({ event }: { readonly event: BenchEvent }, next: () => void) {
      batches.add(event);
      next();
    },
  });
}
