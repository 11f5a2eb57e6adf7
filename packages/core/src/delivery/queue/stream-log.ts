/** Keeps what is known of a destination's stream, as safe as its queue keeps events. */
export interface StreamLog {
  /** Returns the entries so far, oldest first. Call it once, before anything is appended. */
  read(): Promise<readonly string[]>;
  /**
   * Appends entries. Resolves once they would survive a power cut. A snapshot stands for all entries so far, these
   * included: it is written when the log has grown, and by the first append after a failed one.
   */
  append(entries: readonly string[], snapshot: () => string): Promise<void>;
  /** Adds a checkpoint to the ledger, which forgets the oldest ones. */
  addCheckpoint(checkpoint: string): Promise<void>;
  /** Returns the newest checkpoints, at most `limit`, newest first. */
  checkpoints(limit: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

const MOST_CHECKPOINTS = 1000;

/** Creates the log of a stream that ends with the process. */
export function createMemoryStreamLog(): StreamLog {
  const ledger: string[] = [];
  return {
    read: async () => [],
    append: async () => undefined,
    async addCheckpoint(checkpoint) {
      ledger.push(checkpoint);
      if (ledger.length > MOST_CHECKPOINTS) ledger.shift();
    },
    checkpoints: async (limit) => ledger.slice(-limit).toReversed(),
    close: async () => undefined,
  };
}
