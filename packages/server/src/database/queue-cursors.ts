import type { Cursor, CursorStore, PartitionRecord } from "@arbitex/queue-kafka";
import { sql } from "kysely";
import { z } from "zod";
import type { Database } from "./database.ts";

/** The driver gives a bigint as text. */
const bigint = z.coerce.number().refine(Number.isSafeInteger);

const cursorSchema = z
  .object({
    destination_id: z.string(),
    settled_to: bigint,
    unsettled: z.array(z.tuple([z.number(), z.number()])),
    counted_to: bigint,
    queued: bigint,
    delivered: bigint,
    filtered: bigint,
    dead_lettered: bigint,
    unreadable: bigint,
  })
  .transform(
    (row): Cursor => ({
      destinationId: row.destination_id,
      settledTo: row.settled_to,
      unsettled: row.unsettled,
      countedTo: row.counted_to,
      queued: row.queued,
      totals: {
        delivered: row.delivered,
        filtered: row.filtered,
        deadLettered: row.dead_lettered,
        unreadable: row.unreadable,
      },
    }),
  );

const claimedSchema = z.object({ epoch: bigint, read_to: bigint.nullable() });

/** Keeps the cursors of a topic in the database. Each claim of a partition ends the rights of the one before. */
export function createQueueCursors({ query }: Pick<Database, "query">, topic: string): CursorStore {
  return {
    claim(partition, node) {
      return query.transaction().execute(async (transaction) => {
        // The row stays locked, so that a record of the previous owner is either read here or refused.
        const { rows } = await sql`
          insert into siem_queue_partitions as owned (topic, partition, epoch, node)
          values (${topic}, ${partition}, 1, ${node})
          on conflict (topic, partition)
          do update set epoch = owned.epoch + 1, node = excluded.node, claimed_at = now()
          returning epoch, read_to`.execute(transaction);
        const found = await sql`
          select destination_id, settled_to, unsettled, counted_to, queued,
            delivered, filtered, dead_lettered, unreadable from siem_queue_cursors
          where topic = ${topic} and partition = ${partition}`.execute(transaction);
        const { epoch, read_to: readTo } = claimedSchema.parse(rows[0]);
        return { epoch, readTo: readTo ?? undefined, cursors: z.array(cursorSchema).parse(found.rows) };
      });
    },
    record(records) {
      return query.transaction().execute(async (transaction) => {
        const { rows } = await sql<{ partition: number; epoch: string }>`
          select partition, epoch from siem_queue_partitions
          where topic = ${topic} and partition = any(${records.map(({ partition }) => partition)})
          order by partition for update`.execute(transaction);
        const epochs = new Map(rows.map(({ partition, epoch }) => [partition, Number(epoch)]));
        const owned = records.filter(({ partition, epoch }) => epochs.get(partition) === epoch);
        if (owned.length > 0) {
          await cursorsWritten(topic, owned).execute(transaction);
          await positionsWritten(topic, owned).execute(transaction);
        }
        return records.filter((record) => !owned.includes(record)).map(({ partition }) => partition);
      });
    },
    async forget(destinationId, partitions) {
      await sql`
        delete from siem_queue_cursors
        where topic = ${topic} and destination_id = ${destinationId} and partition = any(${partitions})`.execute(query);
    },
  };
}

function cursorsWritten(topic: string, records: readonly PartitionRecord[]) {
  const cursors = records.flatMap(({ partition, cursors: of }) =>
    of.map((cursor) => ({
      partition,
      destination_id: cursor.destinationId,
      settled_to: cursor.settledTo,
      unsettled: cursor.unsettled,
      counted_to: cursor.countedTo,
      queued: cursor.queued,
      delivered: cursor.totals.delivered,
      filtered: cursor.totals.filtered,
      dead_lettered: cursor.totals.deadLettered,
      unreadable: cursor.totals.unreadable,
    })),
  );
  return sql`
    insert into siem_queue_cursors (topic, partition, destination_id, settled_to, unsettled, counted_to, queued,
      delivered, filtered, dead_lettered, unreadable)
    select ${topic}, said.* from jsonb_to_recordset(${JSON.stringify(cursors)}::jsonb) as said(
      partition integer, destination_id text, settled_to bigint, unsettled jsonb, counted_to bigint, queued bigint,
      delivered bigint, filtered bigint, dead_lettered bigint, unreadable bigint)
    on conflict (topic, partition, destination_id) do update set
      settled_to = excluded.settled_to, unsettled = excluded.unsettled,
      counted_to = excluded.counted_to, queued = excluded.queued, delivered = excluded.delivered,
      filtered = excluded.filtered, dead_lettered = excluded.dead_lettered, unreadable = excluded.unreadable`;
}

function positionsWritten(topic: string, records: readonly PartitionRecord[]) {
  const positions = records.map(({ partition, readTo }) => ({ partition, read_to: readTo }));
  return sql`
    update siem_queue_partitions as owned set read_to = said.read_to
    from jsonb_to_recordset(${JSON.stringify(positions)}::jsonb) as said(partition integer, read_to bigint)
    where owned.topic = ${topic} and owned.partition = said.partition`;
}
