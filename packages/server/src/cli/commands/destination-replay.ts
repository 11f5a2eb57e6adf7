import type { ReplayAccount } from "@arbitex/core/host";
import type { FoundLetters } from "../../dead-letters/replay-destination.ts";

/** What a replay did for one destination. */
export interface DestinationReplay extends ReplayAccount, FoundLetters {
  readonly id: string;
  /** Whose letters they were, if not its own. */
  readonly from?: string | undefined;
}
