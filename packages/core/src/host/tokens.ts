import type { Clock } from "../clock.ts";
import type { DeadLetters } from "../delivery/dead-letters/dead-letter.ts";
import type { QueueStore } from "../delivery/queue/queue-store.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Egress } from "../connector/egress.ts";
import type { EgressGuard } from "../transport/guard/guard.ts";

/** The parts a host is made of. Tests and embedders replace one by giving it to `createHost`. */
export interface HostParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly queueStore: QueueStore;
  /** Dead letters by the path of their file; asked once for each path. */
  readonly openDeadLetters: (path: string, retentionMs?: number, rotateBytes?: number) => DeadLetters;
  /** Called once for each destination, with the guard that its connections have to pass, if any, and its organisation. */
  readonly openEgress: (guard: EgressGuard | undefined, orgId: string | null) => Egress;
}

/** One token for each part, named as the part is. */
export const tokens = {
  clock: Symbol("clock"),
  logger: Symbol("logger"),
  queueStore: Symbol("queueStore"),
  openDeadLetters: Symbol("openDeadLetters"),
  openEgress: Symbol("openEgress"),
} as const satisfies Record<keyof HostParts, symbol>;
