import { SiemError } from "../../errors.ts";
import type { Clock } from "../../clock.ts";
import type { DeadLetters } from "./dead-letter.ts";
import type { OwnedDeadLetters } from "./owned-dead-letters.ts";

/** Limits the dead letters of each organisation, in bytes. */
export interface DeadLetterBudget {
  /** Size at which a file is rotated: only rotated files can be purged. */
  readonly rotateBytes: number;
  /** Returns whether an organisation is at its limit, as of the last count, at most a minute ago. */
  isFull(orgId: string): boolean;
  /**
   * Wraps dead letters to refuse this organisation's while it is at its limit, unless their events have no other place
   * to go.
   */
  of(orgId: string, deadLetters: DeadLetters, isLastPlace?: boolean): DeadLetters;
  /** Returns an organisation's dead letters by destination, and its limit. */
  deadLettersOf(orgId: string): Promise<OrgDeadLetters>;
  /** Lifts the limit: the process ends, and events in memory have no other place to go. */
  lift(): void;
}

/** Dead letters of an organisation in bytes, with their limit. */
export interface OrgDeadLetters {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly destinations: readonly { readonly id: string; readonly bytes: number }[];
}

export interface DeadLetterBudgetOptions {
  readonly maxBytes: number;
  /** Measures the dead letters of every destination. */
  readonly owned: () => Promise<readonly OwnedDeadLetters[]>;
  readonly clock: Pick<Clock, "elapsed">;
}

/**
 * Files per limit. An organisation has at most a hundred destinations, so that the files being written take less than
 * half of it.
 */
const FILES_OF_BUDGET = 256;
const LEAST_ROTATE_BYTES = 64 * 1024;
const LOOK_AGAIN_MS = 60_000;
/** Interval of counts while an organisation is at its limit. */
const LOOK_AGAIN_FULL_MS = 5000;

/**
 * Creates the budget. It counts all dead letters, including those of replays, of other processes and of removed
 * destinations.
 */
export function createDeadLetterBudget({ maxBytes, owned, clock }: DeadLetterBudgetOptions): DeadLetterBudget {
  let bytes = new Map<string, number>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<unknown> | undefined;
  let isLifted = false;

  const isFull = (orgId: string) => !isLifted && (bytes.get(orgId) ?? 0) >= maxBytes;

  async function look(): Promise<readonly OwnedDeadLetters[]> {
    const found = await owned();
    bytes = new Map();
    for (const one of found) bytes.set(one.orgId, (bytes.get(one.orgId) ?? 0) + one.bytes);
    lookedAt = clock.elapsed();
    return found;
  }

  async function upToDate(orgId: string): Promise<void> {
    if (clock.elapsed() - lookedAt >= (isFull(orgId) ? LOOK_AGAIN_FULL_MS : LOOK_AGAIN_MS)) {
      looking ??= look().finally(() => {
        looking = undefined;
      });
    }
    await looking;
  }

  function limited(orgId: string, deadLetters: DeadLetters, isLastPlace: boolean): DeadLetters {
    return {
      async append(some) {
        await upToDate(orgId);
        const overflowing = some.every(({ stage }) => stage === "overflow");
        // An event that no queue took has no other place to go, and was accepted for other destinations.
        if (!overflowing && !isLastPlace && isFull(orgId)) throw full(maxBytes);
        await deadLetters.append(some);
        const more = some.reduce((sum, { record }) => sum + record.bytes + DEAD_LETTER_BYTES, 0);
        bytes.set(orgId, (bytes.get(orgId) ?? 0) + more);
      },
      close: () => deadLetters.close(),
    };
  }

  return {
    rotateBytes: Math.max(LEAST_ROTATE_BYTES, Math.floor(maxBytes / FILES_OF_BUDGET)),
    isFull,
    of: (orgId, deadLetters, isLastPlace = false) =>
      maxBytes === Number.POSITIVE_INFINITY ? deadLetters : limited(orgId, deadLetters, isLastPlace),
    async deadLettersOf(orgId) {
      const own = (await look()).filter((one) => one.orgId === orgId);
      const destinations = own.map(({ destinationId: id, bytes: size }) => ({ id, bytes: size }));
      return { bytes: own.reduce((sum, one) => sum + one.bytes, 0), maxBytes, destinations };
    },
    lift() {
      isLifted = true;
    },
  };
}

/** Approximate bytes of a dead letter besides its event. */
const DEAD_LETTER_BYTES = 400;

/** Fix for an organisation at its limit. */
export const DEAD_LETTERS_FULL_FIX =
  "Purge dead letters (DELETE …/dead-letters), after replaying those that are wanted. Events wait in the queue until then.";

export function isDeadLettersFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "SIEM_DEAD_LETTERS_FULL";
}

function full(maxBytes: number): SiemError {
  return new SiemError(
    "SIEM_DEAD_LETTERS_FULL",
    `The organisation's dead letters take ${maxBytes} bytes, which is the most that they may (dead_letters.max_bytes_per_org).`,
  );
}
