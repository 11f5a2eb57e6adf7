import type { Logger } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import { sleep } from "@arbitex/core/host";
import { isUnavailable } from "../database/database-unavailable.ts";
import { errorOf, messageOf } from "../message-of.ts";
import type { ReplayRow } from "../dead-letters/replays/replay-row.ts";
import type { ReplayTable } from "../dead-letters/replays/replay-table.ts";
import type { ReplayJob, ReplayJobs, ReplayOrder } from "./replay-jobs.ts";
import { isLocked, MOST_PER_ORG, OutdatedReplay } from "./replay-jobs.ts";
import { jobOfRow } from "./replay-of-row.ts";

export interface SharedReplayJobsOptions {
  /** Runs those of this server. */
  readonly local: ReplayJobs;
  readonly table: ReplayTable;
  /** Makes the order of a replay that another server began; undefined when its configuration has changed. */
  readonly orderOf: (row: ReplayRow) => Promise<ReplayOrder | undefined>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onFailure: (error: Error) => void;
}

const RENEW_MS = 1000;
const LOOK_MS = 2000;
const POLL_MS = 200;
const MOST_TAKEN_OVER = 4;
/** The batch under way may take as long. The replay ends later all the same. */
const LONGEST_CANCEL_MS = 10_000;
const LONGEST_END_MS = 3000;

/**
 * Replays that every server lists and cancels, each run by one of them. When that one dies, another goes on with it: the
 * marks on the dead letters tell what is settled, and count its progress in the same transaction.
 */
export function createSharedReplayJobs(options: SharedReplayJobsOptions): ReplayJobs {
  const { local, table, orderOf, clock, logger, onFailure } = options;
  const closing = new AbortController();
  /** By the id of the replay. */
  const held = new Map<string, Promise<void>>();
  let cancelLook = clock.after(LOOK_MS, look);

  function look(): void {
    void takeOver().finally(() => {
      if (!closing.signal.aborted) cancelLook = clock.after(LOOK_MS, look);
    });
  }

  async function takeOver(): Promise<void> {
    try {
      const left = MOST_TAKEN_OVER - held.size;
      if (left <= 0) return;
      for (const row of await table.takeOver(left, [...held.keys()])) {
        logger.info({ replay: row.id, destination: row.destinationId }, "goes on with a replay of another server");
        hold(row, () => resume(row)).catch(onFailure);
      }
    } catch (error) {
      logger.debug({ reason: messageOf(error) }, "cannot look for replays of other servers");
    }
  }

  /** Renews the lease while a replay is opened and run here, and then ends it in the table. */
  function hold(row: ReplayRow, open: () => Promise<boolean>): Promise<boolean> {
    const opened = open();
    const all = opened.then(
      (isOpen) => (isOpen ? untilEnded(row) : undefined),
      () => undefined,
    );
    const holding = renewUntil(row, all).catch(onFailure);
    held.set(row.id, holding);
    void holding.finally(() => held.delete(row.id));
    return opened;
  }

  async function renewUntil(row: ReplayRow, done: Promise<void>): Promise<void> {
    const ended = new AbortController();
    const finish = done.finally(() => ended.abort());
    while (!ended.signal.aborted) {
      await sleep(clock, RENEW_MS, ended.signal);
      if (ended.signal.aborted) break;
      const job = await local.find(row.destinationId, row.id);
      const state = job?.state.kind === "running" ? "running" : job === undefined ? row.state : "waiting";
      await renew(row, state, job?.account.invalid ?? row.invalid);
    }
    await finish;
  }

  async function renew(row: ReplayRow, state: ReplayRow["state"], invalid: number): Promise<void> {
    try {
      const now = await table.renew(row, { state, invalid });
      // Another server has it, or it is to end.
      if (now === undefined || now.isCancelled) void local.cancel(row.destinationId, row.id).catch(onFailure);
      else if (now.isOutdated) local.lookAt(row.destinationId);
    } catch (error) {
      logger.debug({ replay: row.id, reason: messageOf(error) }, "the lease of a replay cannot be renewed yet");
    }
  }

  /** Waits until the replay has ended here, and says so to the others, however long the database is away. */
  async function untilEnded(row: ReplayRow): Promise<void> {
    let job = await local.find(row.destinationId, row.id);
    while (job !== undefined && !("at" in job.state)) {
      await sleep(clock, POLL_MS, new AbortController().signal);
      job = await local.find(row.destinationId, row.id);
    }
    if (job === undefined) return;
    for (let isTold = false; !isTold; ) {
      isTold = await tellEnd(row, job);
      if (!isTold) await sleep(clock, RENEW_MS, closing.signal);
      // Its lease runs out, and another server ends it.
      if (closing.signal.aborted) return;
    }
  }

  async function tellEnd(
    row: ReplayRow,
    { account: { end, invalid }, state, isOutdated }: ReplayJob,
  ): Promise<boolean> {
    try {
      const now = await table.find(row.destinationId, row.id);
      const isLeft = closing.signal.aborted && end.kind === "cancelled" && !isOutdated && now?.isCancelled === false;
      if (isLeft) await table.release(row);
      else {
        const stuck = end.kind === "stuck" ? { reason: end.reason, fix: end.fix } : {};
        await table.end(row, { state: state.kind === "failed" ? "failed" : end.kind, ...stuck, invalid, isOutdated });
      }
      return true;
    } catch (error) {
      logger.warn({ replay: row.id, reason: messageOf(error) }, "the end of a replay cannot be written yet");
      return false;
    }
  }

  /** Resolves to whether it runs here. */
  async function resume(row: ReplayRow): Promise<boolean> {
    const ended = { invalid: row.invalid, isOutdated: row.isOutdated };
    try {
      while (!closing.signal.aborted) {
        const now = await table.find(row.destinationId, row.id);
        if (now?.isCancelled !== false) {
          await table.end(row, { ...ended, state: "cancelled" });
          return false;
        }
        const order = now.isOutdated ? undefined : await orderOf(row);
        if (order === undefined) throw new OutdatedReplay();
        try {
          const job = await local.start(asRow(order, row));
          if (job !== undefined) return true;
          break;
        } catch (error) {
          // The dead server's lease of the dead letters lasts a little longer.
          if (!isLocked(error)) throw error;
          await sleep(clock, LOOK_MS, closing.signal);
        }
      }
      await table.release(row);
    } catch (error) {
      // The lease runs out, and a server takes it over again.
      if (isUnavailable(error)) {
        logger.warn({ replay: row.id, reason: messageOf(error) }, "a replay cannot go on yet");
        return false;
      }
      const isOutdated = error instanceof OutdatedReplay;
      if (!isOutdated) onFailure(errorOf(error));
      await table.end(row, { ...ended, isOutdated, state: isOutdated ? "cancelled" : "failed" });
    }
    return false;
  }

  async function find(destinationId: string, id: string): Promise<ReplayJob | undefined> {
    const row = await table.find(destinationId, id);
    return row && jobOfRow(row);
  }

  async function untilRow(ms: number, isReached: () => Promise<boolean>): Promise<void> {
    const endsAt = clock.elapsed() + ms;
    while (!(await isReached()) && clock.elapsed() < endsAt) await sleep(clock, POLL_MS, closing.signal);
  }

  /** The change is made already: without the table, the server of a replay finds it by the version, seconds later. */
  async function endElsewhere(destinationId: string, version: number | undefined): Promise<void> {
    try {
      await table.outdate(destinationId, version);
      await untilRow(LONGEST_END_MS, async () => (await table.countOlder(destinationId, version)) === 0);
    } catch (error) {
      onFailure(errorOf(error));
    }
  }

  return {
    async start(order) {
      const { destination, filter } = order.plan;
      const row = await table.open(
        {
          destinationId: destination.id,
          orgId: destination.orgId ?? "",
          version: order.version,
          // What becomes a dead letter from now on is not meant, on any server.
          filter: { ...filter, until: filter.until ?? clock.now() + 1 },
          perSecond: order.perSecond,
        },
        MOST_PER_ORG,
      );
      if (row === undefined) return undefined;
      let started: ReplayJob | undefined;
      try {
        await hold(row, async () => {
          started = await local.start(asRow(order, row));
          if (started === undefined) return false;
          await table.counted(row, started.deadLetters);
          return true;
        });
      } catch (error) {
        if (started !== undefined) await local.cancel(destination.id, row.id);
        await table.drop(row).catch(() => undefined);
        throw error;
      }
      if (started === undefined) await table.drop(row);
      return started;
    },
    find,
    list: async (destinationId) => (await table.list(destinationId)).map(jobOfRow),
    async cancel(destinationId, id) {
      await table.cancel(destinationId, id);
      await local.cancel(destinationId, id);
      await untilRow(LONGEST_CANCEL_MS, async () => (await table.find(destinationId, id))?.endedAt !== undefined);
      return find(destinationId, id);
    },
    async end(destinationId, version) {
      await Promise.all([local.end(destinationId, version), endElsewhere(destinationId, version)]);
    },
    lookAt: (destinationId) => local.lookAt(destinationId),
    async close() {
      cancelLook();
      closing.abort();
      await local.close();
      await Promise.all(held.values());
    },
  };
}

/** The dead letters of the row, whose progress is counted in it. */
function asRow(order: ReplayOrder, { id, filter, perSecond }: ReplayRow): ReplayOrder {
  return { ...order, id, perSecond, plan: { ...order.plan, filter, replayId: id } };
}
