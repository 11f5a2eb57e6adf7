import type { Verdict } from "../../connector/send-result.ts";
import type { Transmitter } from "../../delivery/transmit/transmitter.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Clock } from "../../clock.ts";
import type { Destination } from "../config/destination.ts";
import { hiderOf } from "../secrets/hide-secrets.ts";
import { hideInAdvice } from "../secrets/hide-advice.ts";
import type { Exchange } from "../workers/shown-exchange.ts";
import { shownExchange } from "../workers/shown-exchange.ts";

/** What became of one event that was sent to try a destination. */
export interface Trial {
  /** Undefined if the event was not sent. */
  readonly verdict: Verdict | undefined;
  /** Why the SIEM did not take it, or why it was not sent. */
  readonly reason: string | undefined;
  readonly fix: string | undefined;
  readonly tookMs: number;
  /** What was sent and answered; undefined if nothing was sent. */
  readonly exchange: Exchange | undefined;
}

/** Sends one event with an open transmitter, in one attempt. */
export async function sendTrial(
  { config }: Destination,
  record: AcceptedEvent,
  {
    transmitter,
    clock,
    stop,
  }: { readonly transmitter: Transmitter; readonly clock: Clock; readonly stop: AbortSignal },
): Promise<Trial> {
  const started = clock.elapsed();
  const transmission = await transmitter.transmit({ records: [record], attempt: 1 }, stop);
  const tookMs = Math.round(clock.elapsed() - started);
  const hide = hiderOf(config);
  const { result, unpackable, exchange } = transmission;
  const [unsent] = unpackable;
  if (result === undefined) {
    const reason = unsent === undefined ? undefined : hide(unsent.reason);
    return { verdict: undefined, reason, fix: undefined, tookMs, exchange: undefined };
  }
  const failures = result.kind === "partial" ? result.failures.map(({ reason }) => reason).join("; ") : undefined;
  const reason = "reason" in result ? result.reason : failures;
  const fix = result.kind === "suspend" ? result.fix : undefined;
  return {
    verdict: result.kind,
    reason: reason === undefined ? undefined : hide(reason),
    fix: fix === undefined ? undefined : hideInAdvice(fix, hide),
    tookMs,
    exchange: exchange === undefined ? undefined : shownExchange(exchange, hide),
  };
}
