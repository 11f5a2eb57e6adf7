import type {
  DeadLetters,
  Destination,
  HostOptions,
  ReplayMark,
  StoredDeadLetter,
  WaitingDeadLetters,
} from "@arbitex/core/host";
import type { DeadLetterFilter } from "./dead-letter-filter.ts";
import type { DeadLetterPage, PageOptions } from "./dead-letter-page.ts";
import type { FoundDeadLetter, UnreadableLine } from "./find-dead-letters.ts";
import type { DeadLetterGroups, GroupOptions } from "./group-dead-letters.ts";
import type { Meant, Purge } from "./purge-path.ts";

/** A destination, configured or not, whose dead letters are meant. */
export type DeadLetterOwner = Pick<Destination, "id" | "deadLetterPath">;

/** Stored dead letters, to read, replay and give up: files of this machine, or a table that servers share. */
export interface DeadLetterArchive extends WaitingDeadLetters {
  /** Those of all destinations that match, in no order, without purged ones. */
  find(filter: DeadLetterFilter, onUnreadable: (line: UnreadableLine) => void): AsyncGenerator<FoundDeadLetter>;
  /** Files that may hold dead letters but cannot be read. */
  unread(): Promise<readonly string[]>;
  page(of: DeadLetterOwner, options: PageOptions): Promise<DeadLetterPage>;
  groups(of: DeadLetterOwner, options: GroupOptions): Promise<DeadLetterGroups>;
  /** Throws `SIEM_REPLAY_LOCKED` while they are being replayed. Without an owner, purges in all places. */
  purge(meant: Meant, of?: DeadLetterOwner): Promise<readonly Purge[]>;
  /** Those of an owner that a replay would send. Dead letters that come meanwhile are left out. */
  toReplay(of: DeadLetterOwner, wanted: ToReplay): AsyncGenerator<StoredDeadLetter>;
  /** Prevents other replays of an owner's dead letters. Throws `SIEM_REPLAY_LOCKED` while there is one. */
  lock(of: DeadLetterOwner, replayId?: string): Promise<LockedDeadLetters>;
  /** Where an owner's dead letters are, for messages. */
  placeOf(of: DeadLetterOwner): string;
  /** Where dead letters are looked for, for messages. */
  places(): Promise<readonly string[]>;
  /** Options of a host that keeps its dead letters here. Each passes through `watch`. */
  hostOptions(watch: (deadLetters: DeadLetters) => DeadLetters): Partial<HostOptions>;
}

export interface ToReplay {
  readonly filter: DeadLetterFilter;
  readonly onUnreadable: (line: UnreadableLine) => void;
}

/** Dead letters that this process alone replays, until it closes them. */
export interface LockedDeadLetters {
  toReplay(wanted: ToReplay): AsyncGenerator<StoredDeadLetter>;
  /** Records outcomes. Throws `SIEM_REPLAY_LOCKED` when another process has taken over. */
  mark(marks: readonly ReplayMark[]): Promise<void>;
  /** Whether the lock was confirmed a moment ago. */
  isFresh(): boolean;
  /** Throws `SIEM_REPLAY_LOCKED` when another process has taken over. */
  confirm(): Promise<void>;
  /** Aborts when the lock is lost. */
  readonly lost: AbortSignal;
  close(): Promise<void>;
}
