import { selectPartsOf } from "../../delivery/transmit/shape/select.ts";
import { createShape } from "../../delivery/transmit/shape/shape.ts";
import type { ShapeSettings } from "../../delivery/transmit/shape/shape.ts";
import type { Transmitter } from "../../delivery/transmit/transmitter.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { messageOf } from "../../errors.ts";
import type { Clock } from "../../clock.ts";
import type { Destination } from "../config/destination.ts";
import type { ShownRequest } from "../workers/shown-exchange.ts";
import { sendTrial } from "./send-trial.ts";

/** What would happen to an event at a destination. */
export interface Explanation {
  /** Whether it would be sent. */
  readonly isSelected: boolean;
  /** Every part of the filter, and what it says. */
  readonly parts: readonly { readonly setting: string; readonly isTrue: boolean }[];
  /** The event's JSON as it is queued, after redaction, and after conversion. */
  readonly event: string;
  readonly redacted: string;
  readonly converted: string;
  /** The request that would leave, with secrets hidden; undefined if none would. */
  readonly request: ShownRequest | undefined;
  /** Why none would leave, although the filter includes the event. */
  readonly unsent: string | undefined;
}

export interface ExplainMeans {
  readonly shape: ShapeSettings;
  /** Opens the destination with an egress that opens no connection. */
  readonly openDry: () => Promise<Transmitter>;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/** Tells what would happen to an event, without sending it. */
export async function explain(
  destination: Destination,
  record: AcceptedEvent,
  { shape: settings, openDry, clock, stop }: ExplainMeans,
): Promise<Explanation> {
  const parts = selectPartsOf(destination.filter ?? {}).map(({ setting, test }) => ({ setting, isTrue: test(record) }));
  const { keep, convert } = createShape(settings);
  const kept = keep?.(record) ?? record;
  let converted = kept.json;
  let unsent: string | undefined;
  try {
    converted = convert?.(kept).json ?? converted;
  } catch (error) {
    unsent = messageOf(error);
  }
  const isSelected = parts.every(({ isTrue }) => isTrue);
  const said = { isSelected, parts, event: record.json, redacted: kept.json, converted };
  if (!isSelected || unsent !== undefined) return { ...said, request: undefined, unsent };
  const transmitter = await openDry();
  try {
    const { exchange, reason } = await sendTrial(destination, record, { transmitter, clock, stop });
    return { ...said, request: exchange?.request, unsent: exchange === undefined ? reason : undefined };
  } finally {
    await transmitter.close();
  }
}
