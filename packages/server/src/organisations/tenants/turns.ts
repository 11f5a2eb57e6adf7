/** Work on one thing after the other, by its id; what concerns different ids does not wait for each other. */
export interface Turns {
  /** `work` begins when all that was given for this id before is done. It must not reject. */
  add(id: string, work: () => Promise<void>): void;
  /** Resolves when all that was given for this id so far is done. */
  done(id: string): Promise<void>;
  allDone(): Promise<void>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>();
  return {
    add(id, work) {
      const turn = (last.get(id) ?? Promise.resolve()).then(work).finally(() => {
        if (last.get(id) === turn) last.delete(id);
      });
      last.set(id, turn);
    },
    done: (id) => last.get(id) ?? Promise.resolve(),
    async allDone() {
      await Promise.all(last.values());
    },
  };
}
