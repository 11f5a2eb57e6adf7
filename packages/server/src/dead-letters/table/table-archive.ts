import type { Clock, DeadLetterStore, ReplayMark, StoredDeadLetter } from "@arbitex/core/host";
import { SiemError } from "@arbitex/core";
import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Database } from "../../database/database.ts";
import type { Tables } from "../../database/schema.ts";
import type { DeadLetterArchive } from "../dead-letter-archive.ts";
import type { DeadLetterFilter } from "../dead-letter-filter.ts";
import { pageOf } from "../dead-letter-page.ts";
import { createGrouping } from "../group-dead-letters.ts";
import { purgeTable } from "./purge-table.ts";
import { takeReplayLease } from "./replay-lease.ts";
import { columns, matches, rowsOf, TABLE } from "./select-dead-letters.ts";
import { waitingIn } from "./table-store.ts";

export interface TableArchiveOptions {
  readonly database: Database;
  readonly store: DeadLetterStore;
  readonly clock: Clock;
  /** Name of this process, for others that wait for it. */
  readonly holder: string;
  readonly maxDeadLetterBytesPerOrg: number | undefined;
}

/** Rows that are read at once. */
const WITH_EVENTS = 100;
const WITHOUT_EVENTS = 1000;

interface Walk {
  readonly onlyWaiting: boolean;
  readonly withEvents: boolean;
}

/** Dead letters in the table that servers share. Any of them lists, replays and purges all. */
export function createTableArchive(options: TableArchiveOptions): DeadLetterArchive {
  const { database, store, maxDeadLetterBytesPerOrg } = options;
  const { query } = database;
  const place = `${TABLE} in ${database.name}`;

  /** Reads for one organisation, so that row-level security applies as well. */
  function inOrg<Result>(orgId: string | undefined, read: (db: Kysely<Tables>) => Promise<Result>): Promise<Result> {
    if (orgId === undefined) return read(query);
    return query.transaction().execute(async (transaction) => {
      await sql`select set_config('siem.org_id', ${orgId}, true)`.execute(transaction);
      return read(transaction);
    });
  }

  /** Reads on from the oldest. Rows that are written meanwhile are left out, or a replay that is refused would not end. */
  async function* walk(filter: DeadLetterFilter, { onlyWaiting, withEvents }: Walk) {
    const atOnce = withEvents ? WITH_EVENTS : WITHOUT_EVENTS;
    const { rows } = await sql<{ last: string | null }>`select max(seq) as last from siem_dead_letters`.execute(query);
    const last = Number(rows[0]?.last ?? 0);
    for (let from = 0; from < last; ) {
      const found = await sql`
        select ${columns(withEvents)} from siem_dead_letters
        where ${matches(filter)} and seq > ${from} and seq <= ${last} ${onlyWaiting ? sql`and outcome is null` : sql``}
        order by seq limit ${atOnce}`.execute(query);
      const some = rowsOf(found.rows);
      yield* some;
      from = some.length < atOnce ? last : (some.at(-1)?.seq ?? last);
    }
  }

  async function* toReplay(filter: DeadLetterFilter): AsyncGenerator<StoredDeadLetter> {
    for await (const { deadLetter } of walk(filter, { onlyWaiting: true, withEvents: true })) yield deadLetter;
  }

  return {
    // A list of all has no use for their events.
    find: (filter) => walk(filter, { onlyWaiting: false, withEvents: filter.ids !== undefined }),
    unread: async () => [],
    page: (_of, { filter, orgId, limit, before, withReplayed, withEvents }) =>
      inOrg(orgId, async (db) => {
        const { rows } = await sql`
          select ${columns(withEvents)} from siem_dead_letters
          where ${matches({ ...filter, ...(orgId !== undefined && { orgId }) })}
            ${withReplayed ? sql`` : sql`and outcome is null`}
            ${before === undefined ? sql`` : sql`and (dead_lettered_at, id) < (${before[0]}::timestamptz, ${before[1]})`}
          order by dead_lettered_at desc, id desc limit ${limit + 1}`.execute(db);
        return pageOf(rowsOf(rows), limit);
      }),
    groups: (_of, { filter, orgId }) =>
      inOrg(orgId, async (db) => {
        const { rows } = await sql<ReasonRow>`
          select stage, reason, count(*) as count, min(dead_lettered_at) as oldest, max(dead_lettered_at) as newest,
            (array_agg(id order by dead_lettered_at desc, id desc))[1] as sample
          from siem_dead_letters
          where ${matches({ ...filter, ...(orgId !== undefined && { orgId }) })} and outcome is null
          group by stage, reason`.execute(db);
        const grouping = createGrouping();
        for (const { stage, reason, count, oldest, newest, sample } of rows) {
          const times = { oldestAt: oldest.toISOString(), newestAt: newest.toISOString() };
          grouping.add({ stage, reason, count: Number(count), sampleId: sample, ...times });
        }
        return grouping.groups();
      }),
    purge: (meant, of) => purgeTable(meant, of?.id, options),
    toReplay: (_of, { filter }) => toReplay(filter),
    async lock({ id }, replayId) {
      const lease = await takeReplayLease(id, options);
      return {
        toReplay: ({ filter }) => toReplay(filter),
        mark: (marks) => markReplayed(marks, { destinationId: id, epoch: lease.epoch, replayId }, database),
        isFresh: () => lease.isFresh(),
        confirm: () => lease.confirm(),
        lost: lease.lost,
        close: () => lease.release(),
      };
    },
    placeOf: () => place,
    places: async () => [place],
    counts: () => waitingIn(database),
    hostOptions: (watch) => ({
      maxDeadLetterBytesPerOrg,
      deadLetterStore: {
        counts: () => store.counts(),
        owned: () => store.owned(),
        deadLetters: watch({ ...store.deadLetters, close: async () => undefined }),
      },
    }),
  };
}

interface ReasonRow {
  readonly stage: string;
  readonly reason: string;
  readonly count: string;
  readonly oldest: Date;
  readonly newest: Date;
  readonly sample: string;
}

interface Marking {
  readonly destinationId: string;
  readonly epoch: number;
  readonly replayId: string | undefined;
}

/** Writes outcomes, and the replay's progress, if the lease is still this process's. */
function markReplayed(
  marks: readonly ReplayMark[],
  { destinationId, epoch, replayId }: Marking,
  { query }: Database,
): Promise<void> {
  return query.transaction().execute(async (transaction) => {
    const { rows } = await sql`
      select 1 from siem_replay_leases
      where destination_id = ${destinationId} and epoch = ${epoch} and expires_at > now() for share`.execute(
      transaction,
    );
    if (rows.length === 0) {
      throw new SiemError("SIEM_REPLAY_LOCKED", "Another process has taken the replay of these dead letters over.");
    }
    await sql`
      update siem_dead_letters as row set outcome = said.outcome, replayed_at = now()
      from unnest(${marks.map(({ deadLetter }) => deadLetter.id)}::text[],
        ${marks.map(({ outcome }) => outcome)}::text[]) as said(id, outcome)
      where row.id = said.id`.execute(transaction);
    if (replayId === undefined) return;
    const settled = marks.filter(({ outcome }) => outcome === "settled").length;
    await sql`
      update siem_replays set settled = settled + ${settled}, dead_lettered = dead_lettered + ${marks.length - settled}
      where id = ${replayId}`.execute(transaction);
  });
}
