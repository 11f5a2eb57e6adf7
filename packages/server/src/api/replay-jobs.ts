import { randomUUID } from "node:crypto";
import type { Logger } from "@arbitex/core";
import type { ReplayAccount } from "@arbitex/core/host";
import type { FoundLetters, OpenReplay, ReplayPlan } from "../letters/replay-destination.ts";
import { NOTHING, openReplay } from "../letters/replay-destination.ts";
import { errorOf } from "../message-of.ts";

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
  | { readonly kind: "running" }
  | { readonly kind: "ended"; readonly at: Date }
  /** Something that should not have happened; the log says more. */
  | { readonly kind: "failed"; readonly at: Date };

export interface ReplayJobs {
  /** Undefined when as many replays are running as may. Throws `SIEM_REPLAY_LOCKED` while these letters are being replayed. */
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
  readonly cancel: AbortController;
  readonly ended: Promise<void>;
}

const MOST_RUNNING = 4;
const MOST_KEPT = 200;

export function createReplayJobs({ now, logger, onFailure }: ReplayJobsOptions): ReplayJobs {
  const jobs = new Map<string, Running>();
  let opening = 0;
  let isClosed = false;

  const isRunning = ({ job }: Running) => job.state.kind === "running";
  const running = () => [...jobs.values()].filter(isRunning);

  /** Forgets the oldest that have ended. */
  function forget(): void {
    for (const [id, one] of jobs) {
      if (jobs.size <= MOST_KEPT) return;
      if (!isRunning(one)) jobs.delete(id);
    }
  }

  function begin(replay: OpenReplay, plan: ReplayPlan, perSecond: number | undefined): ReplayJob {
    const { letters } = replay;
    const cancel = new AbortController();
    const job: ReplayJob = {
      id: randomUUID(),
      configId: plan.destination.id,
      startedAt: new Date(now()),
      letters,
      account: NOTHING,
      state: { kind: "running" },
    };
    const update = (change: Partial<ReplayJob>) => {
      entry.job = { ...entry.job, ...change };
    };
    const work = async () => {
      try {
        const account = await replay.run({
          perSecond,
          signal: cancel.signal,
          logger,
          onProgress: (soFar) => update({ account: soFar }),
        });
        await replay.close();
        update({ account, state: { kind: "ended", at: new Date(now()) } });
      } catch (error) {
        onFailure(errorOf(error));
        update({ state: { kind: "failed", at: new Date(now()) } });
        await replay.close().catch(onFailure);
      }
    };
    const entry: Running = { job, cancel, ended: Promise.resolve().then(work) };
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
      if (isClosed || running().length + opening >= MOST_RUNNING) return undefined;
      opening++;
      try {
        const replay = await openReplay(plan);
        // The server may have begun to stop while the letters were counted.
        if (!isClosed) return begin(replay, plan, perSecond);
        await replay.close();
        return undefined;
      } finally {
        opening--;
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
