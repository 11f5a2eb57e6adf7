export type SinkType = "datadog" | "elastic" | "sentinel" | "splunk_hec" | "sumo_logic";

export const everySink: readonly SinkType[] = ["splunk_hec", "elastic", "datadog", "sumo_logic", "sentinel"];

/** Events in a request, and requests under way at a time to each destination: the same for everyone. */
export const BATCH_SIZE = 100;
export const CONCURRENCY = 4;

export type Compression = "gzip" | "none";

export type BenchEvent = { readonly [key: string]: unknown };

export interface SinkAddress {
  readonly url: string;
  /** A destination's `config` for this sink. */
  readonly config: Readonly<Record<string, unknown>>;
}

export type Sinks = Readonly<Partial<Record<SinkType, SinkAddress>>>;

/** What a sender is given: the events as live objects, or as one JSON text each. */
export interface Given {
  readonly objects: readonly BenchEvent[];
  readonly texts: readonly string[];
}

/** Delivers events from inside a Node process that also holds them. */
export interface Sender {
  readonly kind: "sender";
  readonly sinks: readonly SinkType[];
  readonly input: "objects" | "texts";
  /** The sinks speak HTTPS, with a certificate that the sender's process trusts. */
  readonly tls?: boolean;
  open(sinks: Sinks): OpenSender | Promise<OpenSender>;
}

export interface OpenSender {
  /** Delivers all events; resolves when the sinks have answered for the last one. */
  deliver(given: Given): Promise<void>;
  close(): Promise<void> | void;
}

/** The address of a sink that the contender asked for. */
export function addressOf(sinks: Sinks, type: SinkType): SinkAddress {
  const address = sinks[type];
  if (address === undefined) throw new Error(`no sink of type ${type} was started`);
  return address;
}

/** Calls `send` with batch after batch, a few under way at a time. */
export async function inBatches<Item>(
  items: readonly Item[],
  send: (batch: readonly Item[]) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const from = next;
      next += BATCH_SIZE;
      await send(items.slice(from, from + BATCH_SIZE));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}
