import type { Clock } from "../clock.ts";
import type { Egress } from "../connector/egress.ts";
import type { DeadLetters } from "../delivery/dead-letters/dead-letter.ts";
import type { QueueStore } from "../delivery/queue/queue-store.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { EgressGuard } from "../transport/guard/guard.ts";

/** What a host stands on. An embedder or a test gives another one to `createHost`, or registers it in a composition. */
export interface BaseParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where queues live. Default memory. */
  readonly queueStore: QueueStore;
  /** Dead letters by the path of their file; asked once for each path. */
  readonly openDeadLetters: (path: string, retentionMs?: number, rotateBytes?: number) => DeadLetters;
  /** Called once for each destination, with the guard that its connections have to pass, if any, and its organisation. */
  readonly openEgress: (guard: EgressGuard | undefined, orgId: string | null) => Egress;
}
