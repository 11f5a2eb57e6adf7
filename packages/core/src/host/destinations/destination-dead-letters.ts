import type { Account } from "../../delivery/pipeline/account.ts";
import type { WriteDeadLetters } from "../../delivery/pipeline/dead-letter-writer.ts";
import { createDeadLetterWriter } from "../../delivery/pipeline/dead-letter-writer.ts";
import { deadLetterRest } from "../../delivery/pipeline/leftover.ts";
import type { DeadLetterBudget } from "../../delivery/dead-letters/dead-letter-budget.ts";
import type { HostRedaction } from "../../redaction/redact-rule.ts";
import type { Queue } from "../../delivery/queue/queue-store.ts";
import type { Stage } from "../../delivery/dead-letters/stage.ts";
import { deadLetterPathOf } from "./dead-letter-path.ts";
import type { Destination } from "../config/destination.ts";
import type { Outgoing } from "./outgoing.ts";
import type { SharedDeadLetters } from "./shared-dead-letters.ts";
import type { Taps } from "../taps/taps.ts";
import type { BaseParts } from "../parts.ts";

export interface DeadLetterMeans {
  readonly parts: BaseParts;
  readonly redaction: HostRedaction;
  readonly taps: Pick<Taps, "observerOf">;
  readonly deadLetters: SharedDeadLetters;
  /** A folder, or one file for all destinations. */
  readonly deadLetterPath: string | undefined;
  /** Limits the dead letters of each organisation. */
  readonly deadLetterBudget: DeadLetterBudget;
}

/** Dead-letters the events of a destination. */
export interface DestinationDeadLetters {
  readonly writeDeadLetters: WriteDeadLetters;
  /** Dead-letters everything in the queue. Call it only while nothing takes from the queue. */
  deadLetterRest(stage: Stage, reason: string): Promise<void>;
  close(): Promise<void>;
}

/** Whose events are dead-lettered, and how they leave. */
export interface DeadLetterSource {
  readonly queue: Queue;
  readonly account: Account;
  readonly outgoing: Outgoing;
}

export function openDestinationDeadLetters(
  { id, connector, orgId = null, ...destination }: Destination,
  { queue, account, outgoing }: DeadLetterSource,
  { parts, deadLetters, deadLetterPath, deadLetterBudget }: DeadLetterMeans,
): DestinationDeadLetters {
  const path = deadLetterPathOf({ id, ...destination }, deadLetterPath);
  const { clock } = parts;
  const logger = parts.logger.child({ destination: id });
  const { counts } = account;
  const file = deadLetters.borrow(path, orgId === null ? undefined : deadLetterBudget.rotateBytes);
  const own = orgId === null ? file : deadLetterBudget.of(orgId, file);
  const writeDeadLetters = createDeadLetterWriter({
    destinationId: id,
    type: connector.type,
    deadLetters: own,
    counts,
    keep: outgoing.shape.keep,
    clock,
    logger,
  });
  return {
    writeDeadLetters,
    deadLetterRest: (stage, reason) =>
      deadLetterRest({ queue, account, select: outgoing.select, writeDeadLetters, stage, reason }),
    close: () => deadLetters.giveBack(path),
  };
}
