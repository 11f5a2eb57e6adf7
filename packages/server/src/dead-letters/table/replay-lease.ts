import type { Clock } from "@arbitex/core/host";
import { SiemError } from "@arbitex/core";
import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { Database } from "../../database/database.ts";
import type { Tables } from "../../database/schema.ts";

/** The right of one process to replay a destination's dead letters. It ends by itself when it is not renewed. */
export interface ReplayLease {
  /** Ascends with each holder. What an older one writes is refused. */
  readonly epoch: number;
  isFresh(): boolean;
  /** Renews it, or throws `SIEM_REPLAY_LOCKED`. */
  confirm(): Promise<void>;
  /** Makes a change in a transaction, or throws `SIEM_REPLAY_LOCKED` if the lease was taken. */
  change<Result>(make: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result>;
  /** Aborts when the lease is lost, or could not be renewed in time. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Name of this process, for messages. */
  readonly holder: string;
}

/** A dead holder's lease can be taken after this. */
const LEASE_MS = 15_000;
const RENEW_MS = 4000;
/** Nothing is sent on a lease that was confirmed longer ago: a paused holder must see that it was taken. */
const FRESH_MS = 6000;

const lease = sql`${LEASE_MS / 1000} * interval '1 second'`;

/** Takes the lease. Throws `SIEM_REPLAY_LOCKED` while another process has it. */
export async function takeReplayLease(
  destinationId: string,
  { database: { query }, clock, holder }: LeaseOptions,
): Promise<ReplayLease> {
  let confirmedAt = clock.elapsed();
  const { rows } = await sql<{ epoch: string }>`
    insert into siem_replay_leases as held (destination_id, holder, epoch, expires_at)
    values (${destinationId}, ${holder}, 1, now() + ${lease})
    on conflict (destination_id) do update
    set holder = excluded.holder, epoch = held.epoch + 1, expires_at = excluded.expires_at
    where held.expires_at < now()
    returning epoch`.execute(query);
  const [taken] = rows;
  if (taken === undefined) throw locked("These dead letters are being replayed or purged already. Wait for that.");
  const epoch = Number(taken.epoch);
  const lost = new AbortController();
  let cancel = clock.after(RENEW_MS, renew);

  async function confirm(): Promise<void> {
    const startedAt = clock.elapsed();
    const renewed = await sql`
      update siem_replay_leases set expires_at = now() + ${lease}
      where destination_id = ${destinationId} and epoch = ${epoch} and expires_at > now() returning epoch`.execute(
      query,
    );
    if (renewed.rows.length > 0) confirmedAt = startedAt;
    else {
      lost.abort();
      throw locked(
        "Another process has taken the replay of these dead letters over, for this one did not renew it in time.",
      );
    }
  }

  function renew(): void {
    confirm()
      .catch(() => {
        if (clock.elapsed() - confirmedAt >= LEASE_MS) lost.abort();
      })
      .finally(() => {
        if (!lost.signal.aborted) cancel = clock.after(RENEW_MS, renew);
      });
  }

  return {
    epoch,
    isFresh: () => clock.elapsed() - confirmedAt < FRESH_MS,
    confirm,
    change: (make) =>
      query.transaction().execute(async (transaction) => {
        await assertHeld(transaction, destinationId, epoch);
        return make(transaction);
      }),
    lost: lost.signal,
    async release() {
      cancel();
      lost.abort();
      await sql`
        update siem_replay_leases set expires_at = '-infinity'
        where destination_id = ${destinationId} and epoch = ${epoch}`.execute(query);
    },
  };
}

/** Throws `SIEM_REPLAY_LOCKED` unless the lease is held with this epoch. It stays so until the transaction ends. */
async function assertHeld(transaction: Transaction<Tables>, destinationId: string, epoch: number): Promise<void> {
  const { rows } = await sql`
    select 1 from siem_replay_leases
    where destination_id = ${destinationId} and epoch = ${epoch} and expires_at > now() for share`.execute(transaction);
  if (rows.length === 0) throw locked("Another process has taken these dead letters over.");
}

function locked(message: string): SiemError {
  return new SiemError("SIEM_REPLAY_LOCKED", message);
}
