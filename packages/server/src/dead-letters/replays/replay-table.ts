import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { z } from "zod";
import type { Database } from "../../database/database.ts";
import { storableText } from "../../database/storable.ts";
import type { FoundDeadLetters } from "../replay-destination.ts";
import type { ReplayRequest, ReplayRow, ReplayState } from "./replay-row.ts";
import { filterText, replayRow } from "./replay-row.ts";

/** The replays of all servers. Each is run by the server that has its lease, and taken over when that one dies. */
export interface ReplayTable {
  /** Adds a replay that this server is about to run. Undefined when the organisation has as many as it may. */
  open(request: ReplayRequest, most: number): Promise<ReplayRow | undefined>;
  /** Notes what was counted before it begins. */
  counted(row: ReplayRow, found: FoundDeadLetters): Promise<void>;
  /** Removes one that could not begin. */
  drop(row: ReplayRow): Promise<void>;
  /** Renews the lease. Resolves to the row as it is now; to undefined when another server has it. */
  renew(row: ReplayRow, progress: Progress): Promise<ReplayRow | undefined>;
  /** Ends it. Resolves to false when another server has it. */
  end(row: ReplayRow, ended: Ended): Promise<boolean>;
  /** Leaves it to another server. */
  release(row: ReplayRow): Promise<void>;
  /** Takes over what servers that died, or stop, have left. `held` are the ids of those that run here. */
  takeOver(most: number, held: readonly string[]): Promise<readonly ReplayRow[]>;
  find(destinationId: string, id: string): Promise<ReplayRow | undefined>;
  /** Those of a destination, newest first. */
  list(destinationId: string): Promise<readonly ReplayRow[]>;
  cancel(destinationId: string, id: string): Promise<void>;
  /** Ends those of an older version than this one, all when it is gone. */
  outdate(destinationId: string, version: number | undefined): Promise<void>;
  /** How many of an older version still run. */
  countOlder(destinationId: string, version: number | undefined): Promise<number>;
}

export interface Progress {
  readonly state: ReplayRow["state"];
  readonly invalid: number;
}

export interface Ended {
  readonly state: ReplayState;
  readonly reason?: string | undefined;
  readonly fix?: string | undefined;
  readonly invalid: number;
  readonly isOutdated: boolean;
}

/** A dead server's replay can be taken over after this. As long as the lease of its dead letters. */
const LEASE = sql`interval '15 seconds'`;
const KEPT = sql`interval '7 days'`;
const MOST_LISTED = 100;

export function createReplayTable({ query }: Pick<Database, "query">, nodeId: string): ReplayTable {
  return {
    async open({ destinationId, orgId, version, filter, perSecond }, most) {
      await sql`delete from siem_replays where ended_at < now() - ${KEPT}`.execute(query);
      const { rows } = await sql`
        insert into siem_replays (id, destination_id, org_id, config_version, filter, per_second, state, started_at,
          node_id, lease_until)
        select ${randomUUID()}::uuid, ${destinationId}, ${orgId}, ${version}::integer, ${filterText(filter)}::jsonb,
          ${perSecond ?? null}::double precision, 'opening', now(), ${nodeId}::uuid, now() + ${LEASE}
        where (select count(*) from siem_replays where org_id = ${orgId} and ended_at is null) < ${most}
        returning *`.execute(query);
      return rowsOf(rows)[0];
    },
    async counted(row, { path, found, foreign, old }) {
      await sql`
        update siem_replays set state = 'waiting', place = ${path}, found = ${found}, foreign_found = ${foreign},
          old_found = ${old} where ${isOwn(row)}`.execute(query);
    },
    async drop(row) {
      await sql`delete from siem_replays where ${isOwn(row)}`.execute(query);
    },
    async renew(row, { state, invalid }) {
      const { rows } = await sql`
        update siem_replays set lease_until = now() + ${LEASE}, state = ${state}, invalid = ${invalid}
        where ${isOwn(row)} returning *`.execute(query);
      return rowsOf(rows)[0];
    },
    async end(row, { state, reason, fix, invalid, isOutdated }) {
      const { rows } = await sql`
        update siem_replays set state = ${state}, reason = ${text(reason)}, fix = ${text(fix)}, invalid = ${invalid},
          is_outdated = is_outdated or ${isOutdated}, ended_at = now() where ${isOwn(row)} returning id`.execute(query);
      return rows.length > 0;
    },
    async release(row) {
      await sql`update siem_replays set lease_until = now(), state = 'waiting' where ${isOwn(row)}`.execute(query);
    },
    async takeOver(most, held) {
      // During an outage of the database the leases run out of what goes on here.
      const isLeft = sql`ended_at is null and lease_until < now() and id <> all(${held}::uuid[])`;
      // The start of one that was not counted yet was not answered.
      await sql`delete from siem_replays where state = 'opening' and ${isLeft}`.execute(query);
      const { rows } = await sql`
        update siem_replays set node_id = ${nodeId}, epoch = epoch + 1, lease_until = now() + ${LEASE}
        where id in (
          select id from siem_replays where ${isLeft}
          order by started_at limit ${most} for update skip locked)
        returning *`.execute(query);
      return rowsOf(rows);
    },
    async find(destinationId, id) {
      const { rows } = await sql`
        select * from siem_replays
        where destination_id = ${destinationId} and id = ${id} and state <> 'opening'`.execute(query);
      return rowsOf(rows)[0];
    },
    async list(destinationId) {
      const { rows } = await sql`
        select * from siem_replays where destination_id = ${destinationId} and state <> 'opening'
        order by started_at desc limit ${MOST_LISTED}`.execute(query);
      return rowsOf(rows);
    },
    async cancel(destinationId, id) {
      await sql`
        update siem_replays set is_cancelled = true
        where destination_id = ${destinationId} and id = ${id} and ended_at is null`.execute(query);
    },
    async outdate(destinationId, version) {
      await sql`update siem_replays set is_outdated = true where ${isOlder(destinationId, version)}`.execute(query);
    },
    async countOlder(destinationId, version) {
      const { rows } = await sql<{ count: string }>`
        select count(*) as count from siem_replays where ${isOlder(destinationId, version)}`.execute(query);
      return Number(rows[0]?.count ?? 0);
    },
  };
}

function isOlder(destinationId: string, version: number | undefined) {
  const older = version === undefined ? sql`` : sql`and config_version < ${version}`;
  return sql`destination_id = ${destinationId} and ended_at is null ${older}`;
}

function isOwn({ id, epoch }: ReplayRow) {
  return sql`id = ${id} and epoch = ${epoch} and ended_at is null`;
}

function rowsOf(rows: readonly unknown[]): readonly ReplayRow[] {
  return z.array(replayRow).parse(rows);
}

function text(value: string | undefined): string | null {
  return value === undefined ? null : storableText(value);
}
