import type { ReplayAccount } from "@arbitex/core/host";
import type { FoundDeadLetters } from "../../dead-letters/replay-destination.ts";

/** The result of a replay for one destination. */
export interface DestinationReplay extends ReplayAccount, FoundDeadLetters {
  readonly id: string;
  /** Owner of the dead letters, when it is another destination. */
  readonly from?: string | undefined;
}
