import { sql } from "kysely";
import { z } from "zod";
import type { Database } from "../database/database.ts";
import { storableJson } from "../database/storable.ts";
import type { Account } from "./combined-status.ts";
import type { NodeInfo } from "./destination-view.ts";
import type { NodeState } from "./node-state.ts";
import { nodeState } from "./node-state.ts";

/** The tables in which servers that share a topic tell each other of themselves. */
export interface NodeTable {
  /** Notes that this server lives. Resolves to those that do. */
  seen(self: Omit<NodeInfo, "seenAt">): Promise<{ readonly isNew: boolean; readonly nodes: readonly NodeInfo[] }>;
  writeStates(nodeId: string, states: ReadonlyMap<string, NodeState>): Promise<void>;
  /** States of other servers that changed in the last seconds, or all. */
  states(exceptNode: string, since: "recent" | "ever"): Promise<readonly StateRow[]>;
  /** By destination, summed over the partitions of the topic. */
  accounts(): Promise<ReadonlyMap<string, Account>>;
  leave(nodeId: string): Promise<void>;
}

export interface StateRow {
  readonly nodeId: string;
  readonly destinationId: string;
  readonly state: NodeState;
}

/** A server that was not seen for so long counts as dead. It writes every second. */
const LIVE = sql`interval '6 seconds'`;
const FORGOTTEN = sql`interval '1 minute'`;
/** Longer than a statement that writes states may take to commit. */
const RECENT = sql`interval '15 seconds'`;

const bigint = z.coerce.number();
const stateRow = z.object({ node_id: z.string(), destination_id: z.string(), state: nodeState });
const accountRow = z.object({
  destination_id: z.string(),
  delivered: bigint,
  filtered: bigint,
  dead_lettered: bigint,
  unreadable: bigint,
  queued: bigint,
});
const nodeRow = z
  .object({
    id: z.string(),
    name: z.string(),
    version: z.string(),
    started_at: z.date(),
    seen_at: z.date(),
    partitions: z.array(z.number()),
  })
  .transform(({ started_at, seen_at, ...node }): NodeInfo => ({ ...node, startedAt: started_at, seenAt: seen_at }));

/** `topic` is its name and id, as the cursors have it. */
export function createNodeTable({ query }: Pick<Database, "query">, topic: string): NodeTable {
  return {
    async seen({ id, name, version, startedAt, partitions }) {
      const noted = await sql<{ is_new: boolean }>`
        insert into siem_nodes (id, name, version, started_at, partitions)
        values (${id}, ${name}, ${version}, ${startedAt.toISOString()}, ${JSON.stringify(partitions)}::jsonb)
        on conflict (id) do update set seen_at = now(), partitions = excluded.partitions
        returning xmax = 0 as is_new`.execute(query);
      await sql`delete from siem_nodes where seen_at < now() - ${FORGOTTEN}`.execute(query);
      const { rows } = await sql`
        select id, name, version, started_at, seen_at, partitions from siem_nodes
        where seen_at > now() - ${LIVE} order by started_at, id`.execute(query);
      return { isNew: noted.rows[0]?.is_new === true, nodes: z.array(nodeRow).parse(rows) };
    },
    async writeStates(nodeId, states) {
      const entries = [...states].map(([destination_id, state]) => ({ destination_id, state }));
      await sql`
        insert into siem_node_states (node_id, destination_id, state)
        select ${nodeId}, said.* from jsonb_to_recordset(${storableJson(entries)}::jsonb)
          as said(destination_id text, state jsonb)
        on conflict (node_id, destination_id) do update set state = excluded.state, changed_at = now()`.execute(query);
    },
    async states(exceptNode, since) {
      const { rows } = await sql`
        select node_id, destination_id, state from siem_node_states
        where node_id <> ${exceptNode} ${since === "recent" ? sql`and changed_at > now() - ${RECENT}` : sql``}`.execute(
        query,
      );
      return rows.flatMap((row) => {
        // A newer release may write states that this one does not know.
        const { data } = stateRow.safeParse(row);
        return data === undefined
          ? []
          : { nodeId: data.node_id, destinationId: data.destination_id, state: data.state };
      });
    },
    async accounts() {
      const { rows } = await sql`
        select destination_id, sum(delivered) as delivered, sum(filtered) as filtered,
          sum(dead_lettered) as dead_lettered, sum(unreadable) as unreadable, sum(queued) as queued
        from siem_queue_cursors where topic = ${topic} group by destination_id`.execute(query);
      return new Map(
        z
          .array(accountRow)
          .parse(rows)
          .map(({ destination_id, dead_lettered, ...account }) => [
            destination_id,
            { ...account, deadLettered: dead_lettered },
          ]),
      );
    },
    async leave(nodeId) {
      await sql`delete from siem_nodes where id = ${nodeId}`.execute(query);
    },
  };
}
