import type { Clock } from "@arbitex/core/host";

/** Whose replay may run when. Waiting ones come in the order in which they came, each organisation's one at a time. */
export interface ReplayTurns {
  /** Its turn, at once where there is a place; undefined when `signal` aborts before there is. */
  take(orgId: string, signal: AbortSignal): Turn | Promise<Turn | undefined>;
}

export interface Turn {
  /** Aborts when it has taken its time and others wait. */
  readonly over: AbortSignal;
  end(): void;
}

export interface ReplayTurnsOptions {
  /** Replays that run at once. */
  readonly places: number;
  /** How long one runs before it has to let others. */
  readonly turnMs: number;
  readonly after: Clock["after"];
}

interface Waiting {
  readonly orgId: string;
  readonly begin: (turn: Turn) => void;
}

interface Current {
  readonly over: AbortController;
  hasHadItsTime: boolean;
}

export function createReplayTurns({ places, turnMs, after }: ReplayTurnsOptions): ReplayTurns {
  /** By organisation, the oldest first. */
  const current = new Map<string, Current>();
  const waiting: Waiting[] = [];

  function admit(): void {
    while (current.size < places) {
      const index = waiting.findIndex(({ orgId }) => !current.has(orgId));
      const [next] = index === -1 ? [] : waiting.splice(index, 1);
      if (next === undefined) break;
      next.begin(newTurn(next.orgId));
    }
    if (waiting.length > 0) for (const one of current.values()) if (one.hasHadItsTime) one.over.abort();
  }

  function newTurn(orgId: string): Turn {
    const own: Current = { over: new AbortController(), hasHadItsTime: false };
    current.set(orgId, own);
    const cancelTimer = after(turnMs, () => {
      own.hasHadItsTime = true;
      admit();
    });
    return {
      over: own.over.signal,
      end() {
        cancelTimer();
        current.delete(orgId);
        admit();
      },
    };
  }

  function wait(orgId: string, signal: AbortSignal): Promise<Turn | undefined> {
    return new Promise((resolve) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(one), 1);
        resolve(undefined);
      };
      const one: Waiting = {
        orgId,
        begin(turn) {
          signal.removeEventListener("abort", leave);
          resolve(turn);
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      waiting.push(one);
      admit();
    });
  }

  return {
    take(orgId, signal) {
      if (signal.aborted) return Promise.resolve(undefined);
      // Whoever waits has no place because its organisation has one, or because there is none: nobody is passed over.
      return current.size < places && !current.has(orgId) ? newTurn(orgId) : wait(orgId, signal);
    },
  };
}
