import type { Account } from "../../delivery/pipeline/account.ts";
import type { WriteDeadLetters } from "../../delivery/pipeline/dead-letter-writer.ts";
import { createDeadLetterWriter } from "../../delivery/pipeline/dead-letter-writer.ts";
import { numberedDeadLetters } from "../../delivery/transmit/stream/numbered-dead-letters.ts";
import { deadLetterRest, deadLetterTaken } from "../../delivery/pipeline/leftover.ts";
import type { DeadLetterBudget } from "../../delivery/dead-letters/dead-letter-budget.ts";
import type { Queue } from "../../delivery/queue/queue-store.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { Stage } from "../../delivery/dead-letters/stage.ts";
import { deadLetterPathOf } from "./dead-letter-path.ts";
import type { Destination } from "../config/destination.ts";
import type { Outgoing, OutgoingMeans } from "./outgoing.ts";
import type { Streams } from "./streams.ts";
import { numberingOf, selectOf } from "./streams.ts";
import type { SharedDeadLetters } from "./shared-dead-letters.ts";
import type { Taps } from "../taps/taps.ts";

export interface DeadLetterMeans extends OutgoingMeans {
  readonly taps: Pick<Taps, "observerOf">;
  readonly deadLetters: SharedDeadLetters;
  /** A folder, or one file for all destinations. */
  readonly deadLetterPath: string | undefined;
  /** Limits the dead letters of each organisation. */
  readonly deadLetterBudget: DeadLetterBudget;
  readonly streams: Streams;
}

/** Dead-letters the events of a destination. */
export interface DestinationDeadLetters {
  readonly writeDeadLetters: WriteDeadLetters;
  /** Dead-letters everything in the queue. Call it only while nothing takes from the queue. */
  readonly deadLetterRest: (stage: Stage, reason: string) => Promise<void>;
  /** Dead-letters events that were taken from the queue. */
  readonly deadLetterTaken: (records: readonly AcceptedEvent[], stage: Stage, reason: string) => Promise<void>;
  close(): Promise<void>;
}

/** Whose events are dead-lettered, and how they leave. */
export interface DeadLetterSource {
  readonly queue: Queue;
  readonly account: Account;
  readonly outgoing: Outgoing;
  /** Whether its events have no other place to go: the store deletes them. */
  readonly isLastPlace?: boolean;
}

export function openDestinationDeadLetters(
  destination: Destination,
  { queue, account, outgoing, isLastPlace }: DeadLetterSource,
  { parts, deadLetters, deadLetterPath, deadLetterBudget, streams }: DeadLetterMeans,
): DestinationDeadLetters {
  const { id, connector, orgId = null } = destination;
  const path = deadLetterPathOf(destination, deadLetterPath);
  const stream = streams.of(destination);
  const { clock } = parts;
  const logger = parts.logger.child({ destination: id });
  const { counts } = account;
  const file = deadLetters.borrow(path, orgId === null ? undefined : deadLetterBudget.rotateBytes);
  const own = orgId === null ? file : deadLetterBudget.of(orgId, file, isLastPlace);
  const writeDeadLetters = createDeadLetterWriter({
    destinationId: id,
    type: connector.type,
    deadLetters:
      stream === undefined ? own : numberedDeadLetters(own, stream, numberingOf(destination, outgoing), orgId),
    counts,
    // A numbered event is shaped already.
    keep: stream === undefined ? outgoing.shape.keep : undefined,
    clock,
    logger,
  });
  const common = { queue, account, select: selectOf(outgoing, stream), writeDeadLetters };
  return {
    writeDeadLetters,
    deadLetterRest: (stage, reason) => deadLetterRest({ ...common, stage, reason }),
    deadLetterTaken: (records, stage, reason) => deadLetterTaken(records, { ...common, stage, reason }),
    close: () => deadLetters.giveBack(path),
  };
}
