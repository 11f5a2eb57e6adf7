import { setMaxListeners } from "node:events";
import type { ServerResponse } from "node:http";
import type { Problem } from "../http/problem.ts";
import { Refusal } from "../http/problem.ts";

/** Taps that are open at a time, of one organisation and in all: each costs time for every event. */
const MOST_OF_ONE = 3;
const MOST = 30;

export interface OpenTaps {
  /** Counts a tap until its client leaves, when the returned signal aborts. Refuses one too many. */
  take(owner: string, response: ServerResponse): AbortSignal;
  /** Ends all taps: the server is stopping. */
  close(): void;
}

export function createOpenTaps(): OpenTaps {
  const open = new Map<string, number>();
  let all = 0;
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  return {
    take(owner, response) {
      const own = open.get(owner) ?? 0;
      if (own >= MOST_OF_ONE || all >= MOST) throw new Refusal(tooMany);
      const left = new AbortController();
      open.set(owner, own + 1);
      all++;
      response.once("close", () => {
        all--;
        const others = (open.get(owner) ?? 1) - 1;
        if (others > 0) open.set(owner, others);
        else open.delete(owner);
        left.abort();
      });
      return AbortSignal.any([left.signal, stop.signal]);
    },
    close: () => stop.abort(),
  };
}

const tooMany: Problem = {
  status: 429,
  code: "too_many_attempts",
  title: "Too many attempts",
  detail: "Too many taps are open. Close one, and try again.",
  retryAfter: 10,
};
