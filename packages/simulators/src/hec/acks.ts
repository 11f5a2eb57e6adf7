/** How indexer acknowledgement behaves. */
export interface AckOptions {
  /** Number of polls before an id is acknowledged. Default 0. */
  readonly afterPolls?: number;
  /** Duration of indexing, in milliseconds. Default 0. */
  readonly afterMs?: number;
  /** Share of requests whose events are stored and never acknowledged. */
  readonly loseAcks?: number;
  /** Share of requests that are answered with success and whose events are lost and never acknowledged. */
  readonly loseEvents?: number;
  /**
   * 2 simulates a load balancer with a sticky cookie before two indexers, each with its own ids. A client that drops
   * the cookie polls the wrong indexer and never gets an acknowledgement.
   */
  readonly indexers?: 1 | 2;
  readonly now?: () => number;
}

/** The acknowledgements of one indexer, by channel. */
export interface AckLedger {
  /** The id of an accepted request. Ids count from 0 in each channel. */
  issue(channel: string, neverDone: boolean): number;
  /** Whether each id is acknowledged. `true` is returned once; pending, lost and unknown ids are all `false`. */
  poll(channel: string, ids: readonly number[]): Readonly<Record<string, boolean>>;
}

interface Pending {
  readonly issuedAt: number;
  readonly neverDone: boolean;
  polls: number;
}

export function createAckLedger({ afterPolls = 0, afterMs = 0, now = Date.now }: AckOptions): AckLedger {
  const channels = new Map<string, { next: number; readonly pending: Map<number, Pending> }>();
  const channelOf = (name: string) => {
    const channel = channels.get(name) ?? { next: 0, pending: new Map<number, Pending>() };
    channels.set(name, channel);
    return channel;
  };
  const isDone = (entry: Pending) => {
    entry.polls += 1;
    return !entry.neverDone && entry.polls > afterPolls && now() - entry.issuedAt >= afterMs;
  };
  return {
    issue(name, neverDone) {
      const channel = channelOf(name);
      const id = channel.next;
      channel.next += 1;
      channel.pending.set(id, { issuedAt: now(), neverDone, polls: 0 });
      return id;
    },
    poll(name, ids) {
      const { pending } = channelOf(name);
      const told = ids.map((id): [string, boolean] => {
        const entry = pending.get(id);
        const done = entry !== undefined && isDone(entry);
        if (done) pending.delete(id);
        return [String(id), done];
      });
      return Object.fromEntries(told);
    },
  };
}
