import type { ReplayAccount } from "@arbitex/core/host";
import type { FoundDeadLetters } from "../../dead-letters/replay-destination.ts";

/** What a replay did for one destination. */
export interface DestinationReplay extends ReplayAccount, FoundDeadLetters {
  readonly id: string;
  /** Whose dead letters they were, if not its own. */
  readonly from?: string | undefined;
}
