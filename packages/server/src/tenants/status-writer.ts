import type { Logger } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import type { ConfigStore } from "../configs/config-store.ts";
import type { StoredStatus } from "../configs/siem-config.ts";
import { messageOf } from "../message-of.ts";
import type { Tenants } from "./tenants.ts";

export interface StatusWriterOptions {
  readonly store: Pick<ConfigStore, "writeStatuses">;
  readonly tenants: Pick<Tenants, "ids" | "storedStatus">;
  readonly clock: Pick<Clock, "after">;
  readonly logger: Logger;
}

export interface StatusWriter {
  /** Writes what is not written yet. Writes no more after that. */
  close(): Promise<void>;
}

const TICK_MS = 1000;
/** Every destination is looked at once in so many ticks: ten thousand at once would hold up deliveries. */
const TICKS_PER_TURN = 3;

/** Writes to the rows how their destinations are doing: what changed, every few seconds. */
export function startStatusWriter({ store, tenants, clock, logger }: StatusWriterOptions): StatusWriter {
  const written = new Map<string, string>();
  let turn: string[] = [];
  let isFailing = false;
  let isClosed = false;
  let writing = Promise.resolve();
  let cancel = clock.after(TICK_MS, begin);

  function begin(): void {
    writing = tick();
  }

  async function tick(): Promise<void> {
    const ids = tenants.ids();
    if (turn.length === 0) turn = [...ids];
    await write(turn.splice(0, Math.ceil(ids.length / TICKS_PER_TURN)));
    if (!isClosed) cancel = clock.after(TICK_MS, begin);
  }

  async function write(ids: readonly string[]): Promise<void> {
    const changed = new Map<string, StoredStatus>();
    for (const id of ids) {
      const status = tenants.storedStatus(id);
      if (status !== undefined && written.get(id) !== JSON.stringify(status)) changed.set(id, status);
    }
    if (changed.size === 0) return;
    try {
      await store.writeStatuses(changed);
      for (const [id, status] of changed) written.set(id, JSON.stringify(status));
      if (isFailing) logger.info({}, "the state of destinations is written again");
      isFailing = false;
    } catch (error) {
      const reason = messageOf(error);
      if (!isFailing) logger.warn({ reason }, "the state of destinations cannot be written to the database");
      isFailing = true;
    }
  }

  return {
    async close() {
      isClosed = true;
      cancel();
      await writing;
      await write(tenants.ids());
    },
  };
}
