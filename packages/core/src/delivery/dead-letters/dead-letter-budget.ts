import { SiemError } from "../../errors.ts";
import type { Clock } from "../../clock.ts";
import type { DeadLetters } from "./dead-letter.ts";
import type { OwnedDeadLetters } from "./owned-dead-letters.ts";
import { createDeadLetterOwners } from "./owned-dead-letters.ts";

/** How many bytes of dead letters each organisation has, and whether it may have more. */
export interface DeadLetterBudget {
  /** Bytes at which a file of theirs is set aside: only what is set aside can be purged from the disk. */
  readonly rotateBytes: number;
  /** Whether an organisation has as much as it may. By what was seen last, which is a minute ago at most. */
  isFull(orgId: string): boolean;
  /** Dead letters that refuse those of this organisation while it has as much as it may. */
  of(orgId: string, deadLetters: DeadLetters): DeadLetters;
  /** What there is of an organisation, by destination, and what there may be. */
  deadLettersOf(orgId: string): Promise<OrgDeadLetters>;
  /** Refuses nothing any more: the process ends, and what it holds in memory has no other place to go. */
  lift(): void;
}

export interface OrgDeadLetters {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly destinations: readonly { readonly id: string; readonly bytes: number }[];
}

export interface DeadLetterBudgetOptions {
  readonly maxBytes: number;
  /** Every file with dead letters, and with marks on them. */
  readonly filesOf: () => Promise<readonly string[]>;
  readonly clock: Pick<Clock, "elapsed">;
}

/** An organisation has a hundred destinations at most, so that the files that are written to take less than half. */
const FILES_OF_BUDGET = 256;
const LEAST_ROTATE_BYTES = 64 * 1024;
const LOOK_AGAIN_MS = 60_000;
/** While somebody waits for dead letters to be purged. */
const LOOK_AGAIN_FULL_MS = 5000;

/** Counted are files, whoever wrote them: those of a replay, of a server before, of destinations that are gone. */
export function createDeadLetterBudget({ maxBytes, filesOf, clock }: DeadLetterBudgetOptions): DeadLetterBudget {
  let bytes = new Map<string, number>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<unknown> | undefined;
  let isLifted = false;
  const ownedIn = createDeadLetterOwners();

  const isFull = (orgId: string) => !isLifted && (bytes.get(orgId) ?? 0) >= maxBytes;

  async function look(): Promise<readonly OwnedDeadLetters[]> {
    const found = await ownedIn(await filesOf());
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

  function limited(orgId: string, deadLetters: DeadLetters): DeadLetters {
    return {
      async append(some) {
        await upToDate(orgId);
        const overflowing = some.every(({ stage }) => stage === "overflow");
        // What is not in a queue has no other place to be, and was accepted for other destinations.
        if (!overflowing && isFull(orgId)) throw full(maxBytes);
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
    of: (orgId, deadLetters) => (maxBytes === Number.POSITIVE_INFINITY ? deadLetters : limited(orgId, deadLetters)),
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

/** About what a dead letter says beside its event. */
const DEAD_LETTER_BYTES = 400;

/** What to do when an organisation has as many dead letters as it may. */
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
