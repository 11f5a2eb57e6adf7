import type { Logger } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import type { ConfigStore } from "../configs/config-store.ts";
import type { StoredStatus } from "../../database/siem-config-status.ts";
import { isUnavailable, sqlStateOf } from "../../database/database-unavailable.ts";
import { messageOf } from "../../message-of.ts";
import type { DestinationReconciler } from "./destination-reconciler.ts";

export interface StatusWriterOptions {
  readonly store: Pick<ConfigStore, "writeStatuses">;
  readonly reconciler: Pick<DestinationReconciler, "ids" | "storedStatus">;
  readonly clock: Pick<Clock, "after">;
  readonly logger: Logger;
  /** Whether this server writes now: of several that know the same, one does. Default: always. */
  readonly isWriter?: () => boolean;
}

export interface StatusWriter {
  /** Writes the outstanding states, then stops. */
  close(): Promise<void>;
}

const TICK_MS = 1000;
/** All destinations are examined over this many ticks: examining ten thousand at once would delay deliveries. */
const TICKS_PER_TURN = 3;
const ROWS_AT_A_TIME = 1000;
/** PostgreSQL's class of errors about rights and names. They concern every row. */
const NOT_OF_ONE_ROW = "42";

/**
 * Writes changed states of destinations to their rows every few seconds. A locked row is written in the next turn. A
 * row that the database refuses does not prevent the others from being written.
 */
export function startStatusWriter({
  store,
  reconciler,
  clock,
  logger,
  isWriter = () => true,
}: StatusWriterOptions): StatusWriter {
  const written = new Map<string, string>();
  /** The database's last refusal by row, so that each is logged once. */
  const refused = new Map<string, string>();
  let turn: string[] = [];
  let isFailing = false;
  let isClosed = false;
  let writing = Promise.resolve();
  let cancel = clock.after(TICK_MS, begin);

  function begin(): void {
    writing = tick();
  }

  async function tick(): Promise<void> {
    const ids = reconciler.ids();
    if (turn.length === 0) {
      turn = [...ids];
      forgetOthers(new Set(ids));
    }
    await write(turn.splice(0, Math.ceil(ids.length / TICKS_PER_TURN)));
    if (!isClosed) cancel = clock.after(TICK_MS, begin);
  }

  function forgetOthers(known: ReadonlySet<string>): void {
    for (const seen of [written, refused]) for (const id of seen.keys()) if (!known.has(id)) seen.delete(id);
  }

  async function write(ids: readonly string[]): Promise<void> {
    const changed: Entry[] = [];
    for (const id of ids) {
      const status = reconciler.storedStatus(id);
      if (!isWriter()) written.delete(id);
      else if (status !== undefined && written.get(id) !== JSON.stringify(status)) changed.push([id, status]);
    }
    if (changed.length === 0) return;
    try {
      for (let at = 0; at < changed.length; at += ROWS_AT_A_TIME)
        await writeAll(changed.slice(at, at + ROWS_AT_A_TIME));
      if (isFailing) logger.info({}, "the state of destinations is written again");
      isFailing = false;
    } catch (error) {
      const reason = messageOf(error);
      if (!isFailing) logger.warn({ reason }, "the state of destinations cannot be written to the database");
      isFailing = true;
    }
  }

  /** Bisects a refused batch until the row at fault is alone. */
  async function writeAll(entries: readonly Entry[]): Promise<void> {
    try {
      const done = await store.writeStatuses(new Map(entries));
      for (const [id, status] of entries) if (done.has(id)) noteWritten(id, status);
    } catch (error) {
      if (isUnavailable(error) || sqlStateOf(error).startsWith(NOT_OF_ONE_ROW)) throw error;
      const [first] = entries;
      if (entries.length > 1) {
        const half = entries.length >> 1;
        await writeAll(entries.slice(0, half));
        await writeAll(entries.slice(half));
      } else if (first !== undefined) noteRefused(first[0], error);
    }
  }

  function noteWritten(id: string, status: StoredStatus): void {
    written.set(id, JSON.stringify(status));
    refused.delete(id);
  }

  function noteRefused(id: string, error: unknown): void {
    const reason = messageOf(error);
    if (refused.get(id) !== reason)
      logger.warn({ destination: id, reason }, "the state of a destination cannot be written");
    refused.set(id, reason);
  }

  return {
    async close() {
      isClosed = true;
      cancel();
      await writing;
      await write(reconciler.ids());
    },
  };
}

type Entry = readonly [id: string, status: StoredStatus];
