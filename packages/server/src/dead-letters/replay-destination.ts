import type { Logger } from "@arbitex/core";
import type { Destination, ReplayAccount, ReplayEnd, StoredDeadLetter } from "@arbitex/core/host";
import type { HostSettings } from "../config/deployment.ts";
import {
  createHost,
  defaultDelivery,
  oldEventsOf,
  replayDeadLetters,
  replayFilterOf,
  systemClock,
} from "@arbitex/core/host";
import type { RedactionSettings } from "../config/redaction-settings.ts";
import { hostRedaction } from "../config/redaction-settings.ts";
import type { DeadLetterArchive, DeadLetterOwner, LockedDeadLetters, ToReplay } from "./dead-letter-archive.ts";
import type { DeadLetterFilter } from "./dead-letter-filter.ts";
import type { UnreadableLine } from "./find-dead-letters.ts";

export interface ReplayPlan {
  /** Receives the events of the dead letters. */
  readonly destination: Destination;
  /** Owner of the dead letters when it is another destination, which need not be configured any more. */
  readonly from?: DeadLetterOwner | undefined;
  readonly filter: DeadLetterFilter;
  readonly archive: DeadLetterArchive;
  /** A replay that other servers see: its progress is counted with the marks. */
  readonly replayId?: string;
  readonly settings: Pick<HostSettings, "intakeLimits" | "egress" | "redaction">;
  onUnreadable?(line: UnreadableLine): void;
}

/** Counts of the dead letters selected for a replay. */
export interface FoundDeadLetters {
  /** File or table that they are in. */
  readonly path: string;
  /** Dead letters that match the filter. */
  readonly found: number;
  /** Dead letters of another organisation than the destination's current one. They are not sent. */
  readonly foreign: number;
  /** Older than the SIEM accepts unchanged. */
  readonly old: number;
}

export interface ReplayRun {
  /** Most events in a second. */
  readonly perSecond?: number | undefined;
  readonly signal: AbortSignal;
  /** Ends the replay at once. `signal` lets the batch under way finish. */
  readonly atOnce?: AbortSignal | undefined;
  /** Called before every batch. A returned value ends the replay. */
  before?(): Promise<ReplayEnd | undefined>;
  readonly logger: Logger;
  onProgress?(account: ReplayAccount): void;
}

/** A replay that is ready to run. It locks these dead letters until it is closed. */
export interface OpenReplay {
  readonly deadLetters: FoundDeadLetters;
  run(options: ReplayRun): Promise<ReplayAccount>;
  close(): Promise<void>;
}

/** Counts the dead letters that a replay would send. */
export function findReplay(plan: ReplayPlan): Promise<FoundDeadLetters> {
  return countDeadLetters(plan, plan.archive.toReplay(ownerOf(plan), wantedOf(plan)));
}

/** Throws `SIEM_REPLAY_LOCKED` while these dead letters are being replayed, and the signal's reason when it aborts. */
export async function openReplay(plan: ReplayPlan, signal?: AbortSignal): Promise<OpenReplay> {
  const locked = await plan.archive.lock(ownerOf(plan), plan.replayId);
  try {
    const deadLetters = await countDeadLetters(plan, locked.toReplay(wantedOf(plan)), signal);
    return {
      deadLetters,
      run: (options) => runReplay(plan, { ...options, deadLetters, locked }),
      close: () => locked.close(),
    };
  } catch (error) {
    await locked.close();
    throw error;
  }
}

/** The account of a replay that had nothing to send. */
export const NOTHING: ReplayAccount = {
  offered: 0,
  settled: 0,
  deadLettered: 0,
  invalid: 0,
  end: { kind: "complete" },
};

interface Ready extends ReplayRun {
  readonly deadLetters: FoundDeadLetters;
  readonly locked: LockedDeadLetters;
}

async function runReplay(plan: ReplayPlan, run: Ready): Promise<ReplayAccount> {
  const { destination, settings } = plan;
  const { deadLetters, locked, logger, perSecond } = run;
  if (deadLetters.found === deadLetters.foreign) return NOTHING;
  const signal = AbortSignal.any([run.signal, locked.lost]);
  const account = await replayDeadLetters({
    deadLetters: ownDeadLetters(plan, locked),
    marks: { add: (marks) => locked.mark(marks) },
    chunkSize: destination.delivery?.batchSize ?? defaultDelivery.batchSize,
    perSecond,
    signal,
    atOnce: run.atOnce,
    before: async () => run.before?.(),
    clock: systemClock,
    onProgress: (soFar) => run.onProgress?.(soFar),
    open: (watch) =>
      createHost({
        destinations: [asReplayed(destination, settings.redaction)],
        egress: settings.egress,
        redaction: hostRedaction(settings.redaction),
        intakeLimits: settings.intakeLimits,
        ...plan.archive.hostOptions(watch),
        logger,
      }),
  });
  if (locked.lost.aborted) await locked.confirm();
  return account;
}

function asReplayed(destination: Destination, { ofOrganisations }: RedactionSettings): Destination {
  const { filter = {}, delivery, orgId = null } = destination;
  const redact = [...(orgId === null ? [] : ofOrganisations), ...(delivery?.redact ?? [])];
  return {
    ...destination,
    filter: replayFilterOf(filter, redact),
    // Held rather than dead-lettered in an outage: the events are already in the dead-letter file.
    delivery: { ...delivery, onExhausted: "hold", ...sentAsItIs(destination) },
  };
}

/** A replayed event keeps its number: it is sent as the dead letter has it. */
function sentAsItIs({ delivery }: Destination): Pick<NonNullable<Destination["delivery"]>, "integrity"> {
  const integrity = delivery?.integrity;
  return integrity === undefined ? {} : { integrity: { ...integrity, isReplay: true } };
}

async function countDeadLetters(
  plan: ReplayPlan,
  deadLetters: AsyncIterable<StoredDeadLetter>,
  signal?: AbortSignal,
): Promise<FoundDeadLetters> {
  const { destination } = plan;
  const oldBefore = Date.now() - (oldEventsOf(destination)?.afterMs ?? Number.POSITIVE_INFINITY);
  const count = { found: 0, foreign: 0, old: 0 };
  for await (const deadLetter of deadLetters) {
    signal?.throwIfAborted();
    count.found++;
    if (!isOwn(deadLetter, destination)) count.foreign++;
    else if (eventTimeOf(deadLetter) < oldBefore) count.old++;
  }
  return { path: plan.archive.placeOf(ownerOf(plan)), ...count };
}

async function* ownDeadLetters(plan: ReplayPlan, locked: LockedDeadLetters): AsyncGenerator<StoredDeadLetter> {
  for await (const deadLetter of locked.toReplay({ ...wantedOf(plan), onUnreadable: () => undefined })) {
    // If this process was suspended, another one may have taken the lock.
    if (!locked.isFresh()) await locked.confirm();
    if (isOwn(deadLetter, plan.destination)) yield deadLetter;
  }
}

function ownerOf({ destination, from = destination }: ReplayPlan): DeadLetterOwner {
  return from;
}

/** A file may hold the dead letters of several destinations. */
function wantedOf(plan: ReplayPlan): ToReplay {
  return {
    filter: { ...plan.filter, destination: ownerOf(plan).id },
    onUnreadable: (line) => plan.onUnreadable?.(line),
  };
}

function isOwn(deadLetter: StoredDeadLetter, { orgId = null }: Destination): boolean {
  return orgId === null || deadLetter.orgId === orgId;
}

function eventTimeOf({ event }: StoredDeadLetter): number {
  const parsed: unknown = JSON.parse(event);
  const hasTime = typeof parsed === "object" && parsed !== null && "time" in parsed;
  return hasTime && typeof parsed.time === "number" ? parsed.time : Number.POSITIVE_INFINITY;
}
