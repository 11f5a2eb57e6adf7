import type { Logger } from "@arbitex/core";
import type { AcceptedEvent, Clock } from "@arbitex/core/host";
import { Producer } from "@platformatic/kafka";
import { errorText } from "./error-text.ts";
import type { Consignment } from "./pack-messages.ts";
import { packMessages } from "./pack-messages.ts";
import { MOST_EVENTS } from "./position.ts";
import { RequestMemory } from "./request-memory.ts";
import type { KafkaSettings } from "./settings.ts";
import { clientOptions } from "./settings.ts";
import { within } from "./within.ts";

export interface BrokerWriterOptions {
  readonly settings: KafkaSettings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called after a failure: leaders may have changed. */
  readonly onFailure: () => void;
}

const LINGER_MS = 5;
const SEND_MS = 10_000;
/** Bound of one request for each partition: brokers limit what they take at once by `max.message.bytes`. */
export const MOST_BYTES_OF_PARTITION = 512 * 1024;

/** Sends what was added, one request at a time. What is added meanwhile goes together with the next. */
export class BrokerWriter {
  readonly #options: BrokerWriterOptions;
  #producer: Producer | undefined;
  #memory = new RequestMemory();
  #waiting: Consignment[] = [];
  #events = 0;
  #cancelLinger: (() => void) | undefined;
  #sending: Promise<void> | undefined;

  constructor(options: BrokerWriterOptions) {
    this.#options = options;
  }

  add(given: Omit<Consignment, "settle">): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error: unknown) => (error === undefined ? resolve() : reject(error));
      this.#waiting.push({ ...given, settle });
      this.#events += given.records.length;
      if (this.#sending !== undefined) return;
      if (this.#events >= MOST_EVENTS) this.#start();
      else this.#cancelLinger ??= this.#options.clock.after(LINGER_MS, () => this.#start());
    });
  }

  async close(): Promise<void> {
    while (this.#sending !== undefined || this.#waiting.length > 0) {
      if (this.#sending === undefined) this.#start();
      await this.#sending;
    }
    this.#drop();
  }

  #start(): void {
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const consignments = this.#next();
      let failure: unknown;
      try {
        await this.#send(consignments);
      } catch (error) {
        failure = error ?? new Error("no reason given");
        this.#drop();
        this.#options.onFailure();
      }
      for (const { settle } of consignments) settle(failure);
    }
  }

  /** Takes what goes into one request, in order within each partition. */
  #next(): readonly Consignment[] {
    const sizes = new Map<number, number>();
    const next: Consignment[] = [];
    const later: Consignment[] = [];
    for (const consignment of this.#waiting) {
      const { partition, records } = consignment;
      const before = sizes.get(partition) ?? 0;
      const size = before + bytesOf(records);
      // Once one waits, those behind it of the same partition do too.
      const fits = before === 0 || size <= MOST_BYTES_OF_PARTITION;
      sizes.set(partition, fits ? size : Number.POSITIVE_INFINITY);
      (fits ? next : later).push(consignment);
      if (fits) this.#events -= records.length;
    }
    this.#waiting = later;
    return next;
  }

  async #send(consignments: readonly Consignment[]): Promise<void> {
    const { settings, logger } = this.#options;
    if (this.#producer === undefined) {
      const options = { ...clientOptions(settings), retries: 10 };
      this.#producer = new Producer({ ...options, idempotent: true, acks: -1, repeatOnStaleMetadata: true });
      this.#producer.on("error", (error) => logger.warn({ reason: errorText(error) }, "Kafka does not take events"));
    }
    this.#memory.clear();
    const messages = packMessages(consignments, this.#memory).map((message) => ({ ...message, topic: settings.topic }));
    await within(SEND_MS, "writing to Kafka", this.#producer.send({ messages }));
  }

  /** The next send begins with a new client: this one may never answer again. It may read its memory still. */
  #drop(): void {
    this.#producer?.close(true).catch(() => undefined);
    this.#producer = undefined;
    this.#memory = new RequestMemory();
  }
}

export function bytesOf(records: readonly AcceptedEvent[]): number {
  let bytes = 0;
  for (const record of records) bytes += record.bytes;
  return bytes;
}
