import { randomUUID } from "node:crypto";
import type { Logger } from "@arbitex/core";
import type { ReplayAccount } from "@arbitex/core/host";
import { systemClock } from "@arbitex/core/host";
import type { FoundLetters, OpenReplay, ReplayPlan } from "../letters/replay-destination.ts";
import { NOTHING, openReplay } from "../letters/replay-destination.ts";
import { errorOf } from "../message-of.ts";
import { createReplayTurns } from "./replay-turns.ts";

/** A replay that was started over HTTP. It does not outlive the server; its marks on the letters do. */
export interface ReplayJob {
  readonly id: string;
  readonly configId: string;
  readonly startedAt: Date;
  readonly letters: FoundLetters;
  readonly account: ReplayAccount;
  readonly state: JobState;
}

export type JobState =
  /** For its turn: others are running. */
  | { readonly kind: "waiting" }
  | { readonly kind: "running" }
  | { readonly kind: "ended"; readonly at: Date }
  /** Something that should not have happened; the log says more. */
  | { readonly kind: "failed"; readonly at: Date };

export interface ReplayJobs {
  /** Undefined when the organisation has as many as it may. Throws `SIEM_REPLAY_LOCKED` while these letters are being replayed. */
  start(plan: ReplayPlan, perSecond: number | undefined): Promise<ReplayJob | undefined>;
  find(configId: string, jobId: string): ReplayJob | undefined;
  /** Ends one in good order. Resolves once it has ended. */
  cancel(configId: string, jobId: string): Promise<ReplayJob | undefined>;
  /** Begins to end those of a configuration that is not what it was. */
  end(configId: string): void;
  /** Ends all in good order. */
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
  readonly cancel: AbortController;
  readonly ended: Promise<void>;
}

const MOST_RUNNING = 4;
/** Running and waiting ones: each holds its letters, and what is known of them. */
const MOST_PER_ORG = 10;
const TURN_MS = 600_000;
const LONGEST_MS = 24 * 3_600_000;
const MOST_KEPT = 200;

export function createReplayJobs({ now, logger, onFailure }: ReplayJobsOptions): ReplayJobs {
  const jobs = new Map<string, Running>();
  const turns = createReplayTurns({ places: MOST_RUNNING, turnMs: TURN_MS, after: systemClock.after });
  const opening = new Map<string, number>();
  let isClosed = false;

  const isRunning = ({ job }: Running) => job.state.kind === "running" || job.state.kind === "waiting";
  const running = () => [...jobs.values()].filter(isRunning);
  const countOf = (orgId: string) => {
    return running().filter((one) => one.orgId === orgId).length + (opening.get(orgId) ?? 0);
  };

  /** Forgets the oldest that have ended. */
  function forget(): void {
    for (const [id, one] of jobs) {
      if (jobs.size <= MOST_KEPT) return;
      if (!isRunning(one)) jobs.delete(id);
    }
  }

  function begin(replay: OpenReplay, plan: ReplayPlan, perSecond: number | undefined): ReplayJob {
    const { letters } = replay;
    const orgId = plan.destination.orgId ?? "";
    const cancel = new AbortController();
    const first = turns.take(orgId, cancel.signal);
    const job: ReplayJob = {
      id: randomUUID(),
      configId: plan.destination.id,
      startedAt: new Date(now()),
      letters,
      account: NOTHING,
      state: { kind: first instanceof Promise ? "waiting" : "running" },
    };
    const update = (change: Partial<ReplayJob>) => {
      entry.job = { ...entry.job, ...change };
    };
    /** Turn by turn: each goes on where the last one ended, for the marks say what is settled. */
    const runInTurns = async (): Promise<ReplayAccount> => {
      let account: ReplayAccount = NOTHING;
      for (let next = first; ; next = turns.take(orgId, cancel.signal)) {
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
              logger,
              onProgress: (soFar) => update({ account: sum(before, soFar) }),
            }),
          );
        } finally {
          turn.end();
        }
        if (account.end.kind !== "cancelled" || cancel.signal.aborted) return account;
        update({ account: { ...account, end: NOTHING.end }, state: { kind: "waiting" } });
      }
    };
    const work = async () => {
      const tooLong = systemClock.after(LONGEST_MS, () => cancel.abort());
      try {
        const account = await runInTurns();
        await replay.close();
        update({ account, state: { kind: "ended", at: new Date(now()) } });
      } catch (error) {
        onFailure(errorOf(error));
        update({ state: { kind: "failed", at: new Date(now()) } });
        await replay.close().catch(onFailure);
      } finally {
        tooLong();
      }
    };
    const entry: Running = { job, orgId, cancel, ended: Promise.resolve().then(work) };
    jobs.set(job.id, entry);
    forget();
    return job;
  }

  const entryOf = (configId: string, jobId: string) => {
    const entry = jobs.get(jobId);
    return entry?.job.configId === configId ? entry : undefined;
  };

  return {
    async start(plan, perSecond) {
      const { orgId = null } = plan.destination;
      const key = orgId ?? "";
      if (isClosed || countOf(key) >= MOST_PER_ORG) return undefined;
      opening.set(key, (opening.get(key) ?? 0) + 1);
      try {
        const replay = await openReplay(plan);
        // The server may have begun to stop while the letters were counted.
        if (!isClosed) return begin(replay, plan, perSecond);
        await replay.close();
        return undefined;
      } finally {
        const left = (opening.get(key) ?? 1) - 1;
        if (left === 0) opening.delete(key);
        else opening.set(key, left);
      }
    },
    find: (configId, jobId) => entryOf(configId, jobId)?.job,
    async cancel(configId, jobId) {
      const entry = entryOf(configId, jobId);
      entry?.cancel.abort();
      await entry?.ended;
      return entry?.job;
    },
    end(configId) {
      for (const { job, cancel } of running()) if (job.configId === configId) cancel.abort();
    },
    async close() {
      isClosed = true;
      const left = running();
      for (const { cancel } of left) cancel.abort();
      await Promise.all(left.map(({ ended }) => ended));
    },
  };
}

function sum(before: ReplayAccount, { offered, settled, deadLettered, invalid, end }: ReplayAccount): ReplayAccount {
  return {
    offered: before.offered + offered,
    settled: before.settled + settled,
    deadLettered: before.deadLettered + deadLettered,
    // They are met again with every turn.
    invalid,
    end,
  };
}
