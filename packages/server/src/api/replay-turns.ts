import type { Clock } from "@arbitex/core/host";

/** Schedules replays: first come, first served, one at a time per organisation. */
export interface ReplayTurns {
  /** A turn, at once when a slot is free. Undefined when `signal` aborts first. */
  take(orgId: string, signal: AbortSignal): Turn | Promise<Turn | undefined>;
}

export interface Turn {
  /** Aborts when the turn has used its time and others wait. */
  readonly over: AbortSignal;
  end(): void;
}

export interface ReplayTurnsOptions {
  /** Replays that run at once. */
  readonly places: number;
  /** Time after which a replay yields to waiting ones. */
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
  /** By organisation, oldest first. */
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
      // A waiting replay has no slot because its organisation has one or none is free, so a new one overtakes none.
      return current.size < places && !current.has(orgId) ? newTurn(orgId) : wait(orgId, signal);
    },
  };
}
