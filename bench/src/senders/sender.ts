/** Something that delivers events, ours or a peer. */
export interface Sender {
  /** The simulators that it delivers to. */
  readonly sinks: readonly string[];
  /** Delivers all events; resolves when the sinks have answered for the last one. */
  send(events: readonly BenchEvent[], sinks: Readonly<Record<string, SinkAddress>>): Promise<void>;
}

export type BenchEvent = { readonly [key: string]: unknown };

export interface SinkAddress {
  readonly url: string;
  /** A destination's `config` for this sink. */
  readonly config: Readonly<Record<string, unknown>>;
}

export const BATCH_SIZE = 100;
/** Requests under way at a time, the same for everyone. */
export const CONCURRENCY = 4;

/** The address of a sink that the sender asked for. */
export function addressOf(sinks: Readonly<Record<string, SinkAddress>>, type: string): SinkAddress {
  const address = sinks[type];
  if (address === undefined) throw new Error(`no sink of type ${type} was started`);
  return address;
}

/** Calls `send` with batch after batch, a few under way at a time. */
export async function inBatches(
  events: readonly BenchEvent[],
  send: (batch: readonly BenchEvent[]) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < events.length) {
      const from = next;
      next += BATCH_SIZE;
      await send(events.slice(from, from + BATCH_SIZE));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}
