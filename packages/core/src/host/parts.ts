import type { Clock } from "../clock.ts";
import type { Egress } from "../connector/egress.ts";
import type { DeadLetters } from "../delivery/dead-letters/dead-letter.ts";
import type { DeadLetterStore } from "../delivery/dead-letters/dead-letter-store.ts";
import type { QueueStore } from "../delivery/queue/queue-store.ts";
import type { Signer } from "../delivery/transmit/stream/signing-keys.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { EgressGuard } from "../transport/guard/guard.ts";

/**
 * The replaceable base of a host. An embedder or a test passes its own to `createHost` or registers it in a
 * composition.
 */
export interface BaseParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Store of the queues. Default: memory. */
  readonly queueStore: QueueStore;
  /** Store of the dead letters. Default: files, as `openDeadLetters` opens them. */
  readonly deadLetterStore: DeadLetterStore | undefined;
  /**
   * Opens the dead letters of a file. Called once per path. `retentionMs` and `rotateBytes` bound its rotated files.
   */
  readonly openDeadLetters: (path: string, retentionMs?: number, rotateBytes?: number) => DeadLetters;
  /**
   * Opens the egress of a destination. Called once for each, with its organisation and the guard its connections must
   * pass, if any.
   */
  readonly openEgress: (guard: EgressGuard | undefined, orgId: string | null) => Egress;
  /**
   * Opens the key that signs checkpoints. Called once, for the first destination with `integrity`. Default: a new key,
   * which ends with the process.
   */
  readonly openSigner: () => Promise<Signer>;
}
