import type { Clock } from "../../clock.ts";
import type { SendResult, Verdict } from "../../connector/send-result.ts";
import type { Transmitter } from "../../delivery/transmit/transmitter.ts";
import type { RawExchange } from "../../transport/exchange-recorder.ts";
import { hiderOf } from "../secrets/hide-secrets.ts";
import type { Exchange } from "../workers/shown-exchange.ts";
import { shownExchange } from "../workers/shown-exchange.ts";

/** One attempt to send a batch. */
export interface Attempt {
  /** Its start, in milliseconds since the epoch. */
  readonly at: number;
  readonly tookMs: number;
  readonly events: number;
  readonly bytes: number;
  /** 1 is the first time these events were sent. */
  readonly attempt: number;
  readonly verdict: Verdict;
  readonly reason: string | undefined;
  /** Kept of the last failure and of a recent success. Undefined for others. */
  readonly exchange: Exchange | undefined;
}

export interface AttemptLog {
  /** The same transmitter, whose attempts are noted. */
  readonly transmitter: Transmitter;
  /** Newest first. */
  list(): readonly Attempt[];
}

interface Noted extends Omit<Attempt, "exchange"> {
  raw: RawExchange | undefined;
}

const MOST = 20;
const MOST_REASON = 300;

/**
 * Notes the last attempts of a destination, once a batch. An idle destination holds an empty list; a busy one at most
 * twenty lines and two excerpts of exchanges. The attempts with these are kept longest.
 */
export function logAttempts(transmitter: Transmitter, config: unknown, clock: Clock): AttemptLog {
  const noted: Noted[] = [];
  let lastFailure: Noted | undefined;
  let lastSuccess: Noted | undefined;

  function note(attempt: Noted): void {
    noted.push(attempt);
    if (attempt.raw !== undefined) {
      const isSuccess = attempt.verdict === "accepted";
      const before = isSuccess ? lastSuccess : lastFailure;
      if (before !== undefined) before.raw = undefined;
      if (isSuccess) lastSuccess = attempt;
      else lastFailure = attempt;
    }
    if (noted.length <= MOST) return;
    const oldest = noted.findIndex(({ raw }) => raw === undefined);
    noted.splice(oldest, 1);
  }

  return {
    transmitter: {
      ...transmitter,
      async transmit(load, stop) {
        const at = clock.now();
        const started = clock.elapsed();
        const transmission = await transmitter.transmit(load, stop);
        const { result, isTaken, bytes, sent, exchange: raw } = transmission;
        if (result === undefined || isTaken === true) return transmission;
        note({
          at,
          tookMs: Math.round(clock.elapsed() - started),
          events: sent.length,
          bytes,
          attempt: load.attempt,
          verdict: result.kind,
          reason: reasonOf(result)?.slice(0, MOST_REASON),
          raw,
        });
        return transmission;
      },
    },
    list() {
      const hide = hiderOf(config);
      return noted.toReversed().map(({ raw, ...attempt }) => {
        return { ...attempt, exchange: raw === undefined ? undefined : shownExchange(raw, hide) };
      });
    },
  };
}

/** Connectors' reasons hold no secret any more: the sink's wrapper hid them. */
function reasonOf(result: SendResult): string | undefined {
  if (result.kind === "partial") return result.failures[0]?.reason;
  return result.kind === "accepted" ? undefined : result.reason;
}
