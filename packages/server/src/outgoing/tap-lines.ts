import type { TapAccount, TappedEvent } from "@arbitex/core/host";
import { eventOf } from "./preview-filter.ts";

/** An item of a tap, as commands and pages get it. */
export type TapLine =
  | {
      readonly kind: "event";
      readonly at: string;
      readonly destination: { readonly id: string; readonly name: string | null };
      readonly outcome: "passed" | "filtered";
      readonly event: Readonly<Record<string, unknown>>;
      readonly sent: Readonly<Record<string, unknown>> | null;
    }
  | { readonly kind: "account"; readonly seen: number; readonly shown: number; readonly skipped: number };

export function tapLineOf(item: TappedEvent | TapAccount, nameOf: (id: string) => string | null): TapLine {
  if (item.kind === "account") return item;
  const { kind, at, destinationId, outcome, event, sent } = item;
  return {
    kind,
    at: new Date(at).toISOString(),
    destination: { id: destinationId, name: nameOf(destinationId) },
    outcome,
    event: eventOf(event),
    sent: sent === undefined ? null : eventOf(sent),
  };
}

/** Writes an item as a server-sent event. */
export function serverSentEvent({ kind, ...line }: TapLine): string {
  return `event: ${kind}\ndata: ${JSON.stringify(line)}\n\n`;
}
