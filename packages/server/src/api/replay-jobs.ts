import { randomUUID } from "node:crypto";
import type { Logger } from "@arbitex/core";
import type { ReplayAccount, ReplayEnd } from "@arbitex/core/host";
import { systemClock } from "@arbitex/core/host";
import { isUnavailable } from "../database/database-unavailable.ts";
import type { FoundDeadLetters, OpenReplay, ReplayPlan } from "../dead-letters/replay-destination.ts";
import { NOTHING, openReplay } from "../dead-letters/replay-destination.ts";
import { errorOf } from "../message-of.ts";
import { within } from "../within.ts";
import { createReplayTurns } from "./replay-turns.ts";

/** A replay started over HTTP. It ends with the server; its marks on the dead letters persist. */
export interface ReplayJob {
  readonly id: string;
  readonly configId: string;
  readonly startedAt: Date;
  readonly deadLetters: FoundDeadLetters;
  readonly account: ReplayAccount;
  readonly state: JobState;
  /** Whether it was ended because the configuration changed. */
  readonly isOutdated: boolean;
}

/** A replay request for one configuration. */
export interface ReplayOrder {
  /** Default: a new one. */
  readonly id?: string;
  readonly plan: ReplayPlan;
  readonly perSecond: number | undefined;
  /** Version of the configuration that the plan was made from. */
  readonly version: number;
  /** Whether the configuration is still at that version. */
  readonly isCurrent: () => Promise<boolean>;
}

/** Whether dead letters cannot be replayed because another replay has them. */
export function isLocked(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "SIEM_REPLAY_LOCKED";
}

/** Thrown when the configuration was changed or deleted while its dead letters were counted. */
export class OutdatedReplay extends Error {}

export type JobState =
  /** Waits for a slot. */
  | { readonly kind: "waiting" }
  | { readonly kind: "running" }
  | { readonly kind: "ended"; readonly at: Date }
  /** An internal error; the log has the cause. */
  | { readonly kind: "failed"; readonly at: Date };

export interface ReplayJobs {
  /**
   * Undefined when the organisation's limit is reached. Throws `SIEM_REPLAY_LOCKED` while these dead letters are being
   * replayed, and `OutdatedReplay`.
   */
  start(order: ReplayOrder): Promise<ReplayJob | undefined>;
  find(configId: string, jobId: string): Promise<ReplayJob | undefined>;
  /** Those of a configuration that are remembered, newest first. */
  list(configId: string): Promise<readonly ReplayJob[]>;
  /** Ends a replay after the batch under way. Resolves once it has ended. */
  cancel(configId: string, jobId: string): Promise<ReplayJob | undefined>;
  /**
   * Ends at once the replays of a configuration that were made from an older version; all of them when it is gone. Once
   * it resolves, they send nothing more.
   */
  end(configId: string, version: number | undefined): Promise<void>;
  /** Call when a configuration may have changed, here or elsewhere. Ends its outdated replays at once. */
  lookAt(configId: string): void;
  /** Ends all replays after the batches under way. */
  close(): Promise<void>;
}

export interface ReplayJobsOptions {
  readonly now: () => number;
  readonly logger: Logger;
  readonly onFailure: (error: Error) => void;
}

interface Running {
  job: ReplayJob;
  readonly orgId: string;
  readonly version: number;
  /** Ends it after the batch under way. */
  readonly cancel: AbortController;
  readonly outdated: AbortController;
  readonly isCurrent: ReplayOrder["isCurrent"];
  readonly ended: Promise<void>;
}

/** A replay whose dead letters are being counted. */
interface Opening {
  readonly configId: string;
  readonly orgId: string;
  readonly version: number;
  readonly outdated: AbortController;
  readonly isCurrent: ReplayOrder["isCurrent"];
  readonly ended: Promise<unknown>;
}

const MOST_RUNNING = 4;
/** Running and waiting replays. Each holds an index of its dead letters in memory. */
export const MOST_PER_ORG = 10;
const TURN_MS = 600_000;
const LONGEST_MS = 24 * 3_600_000;
const MOST_KEPT = 200;
/** A batch may take long, and the notice of a change at another server may be lost. */
const LOOK_AGAIN_MS = 2000;
/** Nothing is sent any more by then. A connector that does not close must not delay the answer to the change. */
const LONGEST_END_MS = 3000;

export function createReplayJobs({ now, logger, onFailure }: ReplayJobsOptions): ReplayJobs {
  const jobs = new Map<string, Running>();
  const turns = createReplayTurns({ places: MOST_RUNNING, turnMs: TURN_MS, after: systemClock.after });
  const opening = new Set<Opening>();
  let isClosed = false;

  const isRunning = ({ job }: Running) => job.state.kind === "running" || job.state.kind === "waiting";
  const running = () => [...jobs.values()].filter(isRunning);
  const countOf = (orgId: string) => {
    return [...running(), ...opening].filter((one) => one.orgId === orgId).length;
  };

  /** Drops the oldest replays that have ended. */
  function forget(): void {
    for (const [id, one] of jobs) {
      if (jobs.size <= MOST_KEPT) return;
      if (!isRunning(one)) jobs.delete(id);
    }
  }

  function begin(
    replay: OpenReplay,
    { id = randomUUID(), plan, perSecond, version, isCurrent }: ReplayOrder,
    outdated: AbortController,
  ): ReplayJob {
    const { deadLetters } = replay;
    const orgId = plan.destination.orgId ?? "";
    const cancel = new AbortController();
    const stop = AbortSignal.any([cancel.signal, outdated.signal]);
    const first = turns.take(orgId, stop);
    const job: ReplayJob = {
      id,
      configId: plan.destination.id,
      startedAt: new Date(now()),
      deadLetters,
      account: NOTHING,
      state: { kind: first instanceof Promise ? "waiting" : "running" },
      isOutdated: false,
    };
    const update = (change: Partial<ReplayJob>) => {
      entry.job = { ...entry.job, ...change };
    };
    /** Each turn continues where the last ended, because the marks tell what is settled. */
    const runInTurns = async (): Promise<ReplayAccount> => {
      let account: ReplayAccount = NOTHING;
      for (let next = first; ; next = turns.take(orgId, stop)) {
        const turn = await next;
        if (turn === undefined) return { ...account, end: { kind: "cancelled" } };
        const before = account;
        update({ state: { kind: "running" } });
        try {
          account = sum(
            before,
            await replay.run({
              perSecond,
              signal: AbortSignal.any([cancel.signal, turn.over]),
              atOnce: outdated.signal,
              before: () => endIfOutdated(isCurrent, outdated),
              logger,
              onProgress: (soFar) => update({ account: sum(before, soFar) }),
            }),
          );
        } finally {
          turn.end();
        }
        if (account.end.kind !== "cancelled" || cancel.signal.aborted || outdated.signal.aborted) return account;
        update({ account: { ...account, end: NOTHING.end }, state: { kind: "waiting" } });
      }
    };
    const work = async () => {
      const tooLong = systemClock.after(LONGEST_MS, () => cancel.abort());
      const unwatch = watchVersion(entry);
      try {
        const account = await runInTurns();
        await replay.close();
        update({ account, state: { kind: "ended", at: new Date(now()) } });
      } catch (error) {
        onFailure(errorOf(error));
        update({ state: { kind: "failed", at: new Date(now()) } });
        await replay.close().catch(onFailure);
      } finally {
        unwatch();
        tooLong();
        update({ isOutdated: outdated.signal.aborted });
      }
    };
    const entry: Running = { job, orgId, version, cancel, outdated, isCurrent, ended: Promise.resolve().then(work) };
    jobs.set(job.id, entry);
    forget();
    return job;
  }

  const of = (configId: string): readonly (Running | Opening)[] => [
    ...[...opening].filter((one) => one.configId === configId),
    ...running().filter(({ job }) => job.configId === configId),
  ];

  const entryOf = (configId: string, jobId: string) => {
    const entry = jobs.get(jobId);
    return entry?.job.configId === configId ? entry : undefined;
  };

  return {
    async start(order) {
      const { id: configId, orgId = null } = order.plan.destination;
      const key = orgId ?? "";
      if (isClosed || countOf(key) >= MOST_PER_ORG) return undefined;
      const outdated = new AbortController();
      // Registered before its dead letters are counted, which may take long, so that a change in the meantime ends it.
      const opened = openCurrent(order, outdated);
      const { version, isCurrent } = order;
      const one = { configId, orgId: key, version, outdated, isCurrent, ended: opened.catch(() => undefined) };
      opening.add(one);
      try {
        const replay = await opened;
        // The server may have begun to stop, or the configuration may have changed, since the check above.
        if (!isClosed && !outdated.signal.aborted) return begin(replay, order, outdated);
        await replay.close();
        if (isClosed) return undefined;
        throw new OutdatedReplay();
      } finally {
        opening.delete(one);
      }
    },
    find: async (configId, jobId) => entryOf(configId, jobId)?.job,
    list: async (configId) =>
      [...jobs.values()].flatMap(({ job }) => (job.configId === configId ? [job] : [])).toReversed(),
    async cancel(configId, jobId) {
      const entry = entryOf(configId, jobId);
      entry?.cancel.abort();
      await entry?.ended;
      return entry?.job;
    },
    async end(configId, version) {
      const old = of(configId).filter((one) => version === undefined || one.version < version);
      for (const { outdated } of old) outdated.abort(new OutdatedReplay());
      await within({ ms: LONGEST_END_MS, what: "replays", logger }, () => Promise.all(old.map(({ ended }) => ended)));
    },
    lookAt(configId) {
      for (const one of of(configId)) void abortIfOutdated(one);
    },
    async close() {
      isClosed = true;
      const left = running();
      for (const { cancel } of left) cancel.abort();
      for (const { outdated } of opening) outdated.abort(new OutdatedReplay());
      await Promise.all([...left, ...opening].map(({ ended }) => ended));
    },
  };
}

/** After the dead letters are counted, checks that the configuration is still at the plan's version. */
async function openCurrent({ plan, isCurrent }: ReplayOrder, outdated: AbortController): Promise<OpenReplay> {
  const replay = await openReplay(plan, outdated.signal);
  try {
    if (!(await isCurrent())) outdated.abort(new OutdatedReplay());
    outdated.signal.throwIfAborted();
    return replay;
  } catch (error) {
    await replay.close();
    throw error;
  }
}

/** While the database cannot tell whether the settings are current, nothing is sent. The dead letters stay stored. */
async function endIfOutdated(
  isCurrent: ReplayOrder["isCurrent"],
  outdated: AbortController,
): Promise<ReplayEnd | undefined> {
  try {
    if (await isCurrent()) return undefined;
    outdated.abort();
    return { kind: "cancelled" };
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return { kind: "stuck", reason: UNKNOWN, fix: "Start another replay; it goes on where this one ended." };
  }
}

const UNKNOWN = "the database does not answer, so it is unknown whether the configuration is still the same";

type Watched = Pick<Running, "isCurrent" | "outdated">;

/** When the configuration cannot be read, it is checked before the next batch. */
async function abortIfOutdated({ isCurrent, outdated }: Watched): Promise<void> {
  const isSame = await isCurrent().catch(() => true);
  if (!isSame) outdated.abort(new OutdatedReplay());
}

/** Also checks the version periodically. The returned function stops that. */
function watchVersion(watched: Watched): () => void {
  let isEnded = false;
  const look = async () => {
    await abortIfOutdated(watched);
    if (!isEnded) cancel = systemClock.after(LOOK_AGAIN_MS, () => void look());
  };
  let cancel = systemClock.after(LOOK_AGAIN_MS, () => void look());
  return () => {
    isEnded = true;
    cancel();
  };
}

function sum(before: ReplayAccount, { offered, settled, deadLettered, invalid, end }: ReplayAccount): ReplayAccount {
  return {
    offered: before.offered + offered,
    settled: before.settled + settled,
    deadLettered: before.deadLettered + deadLettered,
    // Invalid dead letters are read again with every turn, so they are not summed.
    invalid,
    end,
  };
}
