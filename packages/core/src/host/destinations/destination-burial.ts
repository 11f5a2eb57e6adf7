import type { Account } from "../../delivery/pipeline/account.ts";
import type { Bury } from "../../delivery/pipeline/burial.ts";
import { createBurial } from "../../delivery/pipeline/burial.ts";
import { buryRest } from "../../delivery/pipeline/leftover.ts";
import type { LetterBudget } from "../../delivery/dead-letters/letter-budget.ts";
import type { Queue } from "../../delivery/queue/queue-store.ts";
import type { Stage } from "../../delivery/dead-letters/stage.ts";
import { deadLetterPathOf } from "./dead-letter-path.ts";
import type { Destination } from "../config/destination.ts";
import type { SharedDeadLetters } from "./shared-dead-letters.ts";
import type { HostParts } from "../tokens.ts";

export interface BurialMeans {
  readonly parts: HostParts;
  readonly deadLetters: SharedDeadLetters;
  /** A folder, or a file for all. */
  readonly deadLetterPath: string | undefined;
  /** Of organisations. */
  readonly letterBudget: LetterBudget;
}

/** Where a destination's events go that leave the happy path. */
export interface DestinationBurial {
  readonly bury: Bury;
  /** Dead-letters what is in the queue; only while nobody takes from it. */
  buryRest(stage: Stage, reason: string): Promise<void>;
  close(): Promise<void>;
}

export function openBurial(
  { id, connector, filter = {}, orgId = null, ...destination }: Destination,
  { queue, account }: { readonly queue: Queue; readonly account: Account },
  { parts, deadLetters, deadLetterPath, letterBudget }: BurialMeans,
): DestinationBurial {
  const path = deadLetterPathOf({ id, ...destination }, deadLetterPath);
  const { clock } = parts;
  const logger = parts.logger.child({ destination: id });
  const { counts } = account;
  const borrowed = deadLetters.borrow(path, orgId === null ? undefined : letterBudget.rotateBytes);
  const letters = orgId === null ? borrowed : letterBudget.of(orgId, borrowed);
  const bury = createBurial({ destinationId: id, type: connector.type, deadLetters: letters, counts, clock, logger });
  return {
    bury,
    buryRest: (stage, reason) => buryRest({ queue, account, filter, bury, stage, reason }),
    close: () => deadLetters.giveBack(path),
  };
}
