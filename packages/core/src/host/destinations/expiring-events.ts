import type { Account } from "../../delivery/pipeline/account.ts";
import type { Stage } from "../../delivery/dead-letters/stage.ts";
import type { Expiring } from "../../delivery/queue/queue-store.ts";
import type { Destination, DestinationStatus } from "../config/destination.ts";
import type { DeadLetterMeans } from "./destination-dead-letters.ts";
import { openDestinationDeadLetters } from "./destination-dead-letters.ts";
import { outgoingOf } from "./outgoing.ts";

/** A destination that is not open, and why its events become dead letters. */
export interface Unopened {
  readonly destination: Destination;
  readonly stage: Stage;
  readonly reason: string;
}

/** Tells what a destination is that is not open. */
export type FindUnopened = (destinationId: string) => Promise<Unopened>;

/** Whose events these are, in whose account they count. */
export interface ExpiringSource extends Unopened {
  readonly account: Account;
}

/** Dead-letters events that their store will soon delete, except for those that are not selected. */
export async function deadLetterExpiring(
  { queue, records, reason: fate }: Expiring,
  { destination, account, stage, reason }: ExpiringSource,
  means: DeadLetterMeans,
): Promise<void> {
  const outgoing = outgoingOf(destination, means);
  const source = { queue, account, outgoing, isLastPlace: true };
  const destinationDeadLetters = openDestinationDeadLetters(destination, source, means);
  try {
    await destinationDeadLetters.deadLetterTaken(records, stage, `${fate}: ${reason}`);
  } finally {
    await destinationDeadLetters.close();
  }
}

/** Why an open destination has not taken its events. */
export function whyWaiting({ reason, lastError }: Pick<DestinationStatus, "reason" | "lastError">): string {
  return reason ?? lastError ?? "it was not delivered in time";
}
