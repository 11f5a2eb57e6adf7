/** How indexer acknowledgement behaves. */
export interface AckOptions {
  /** How often a client must ask before an id is acknowledged; 0 where it is not given. */
  readonly afterPolls?: number;
  /** How long indexing takes, milliseconds; 0 where it is not given. */
  readonly afterMs?: number;
  /** Share of the requests whose events are stored and never acknowledged. */
  readonly loseAcks?: number;
  /** Share of the requests that are answered well, but whose events are lost and never acknowledged. */
  readonly loseEvents?: number;
  /**
   * 2 puts a load balancer with a sticky cookie before two indexers, each with ids of its own: a client that does not
   * keep the cookie asks the wrong one, and is never told of an acknowledgement.
   */
  readonly indexers?: 1 | 2;
  readonly now?: () => number;
}

/** The acknowledgements of one indexer, by channel. */
export interface AckLedger {
  /** The id for a request that was just taken; ids count from 0 in each channel. */
  issue(channel: string, neverDone: boolean): number;
  /** Whether each id is done. `true` is told once; pending, lost and unknown ids are all `false`. */
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
