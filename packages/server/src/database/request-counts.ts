import type { Clock } from "@arbitex/core/host";
import { sql } from "kysely";
import { z } from "zod";
import type { Database } from "./database.ts";

/** Counts requests of organisations over all servers, in windows that begin with their first request. */
export interface RequestCounts {
  /** Counts one. Resolves to 0, or to the seconds to wait when the limit is reached. */
  take(use: CountedUse): Promise<number>;
  /** Resolves to the seconds to wait; 0 while some is left. Counts nothing. */
  waitSeconds(of: Pick<CountedUse, "name" | "orgId" | "most">): Promise<number>;
}

export interface CountedUse {
  /** Name of the limit. */
  readonly name: string;
  readonly orgId: string;
  readonly most: number;
  readonly perMs: number;
  /** Counted once in a window. Short, since a window keeps all of them. */
  readonly thing?: string;
}

const FORGET_EVERY_MS = 60_000;
const waitRow = z.object({ seconds: z.coerce.number() });

export function createRequestCounts({
  database: { query },
  clock,
}: {
  readonly database: Pick<Database, "query">;
  readonly clock: Pick<Clock, "elapsed">;
}): RequestCounts {
  let forgottenAt = clock.elapsed();

  async function waitSeconds({ name, orgId, most }: Pick<CountedUse, "name" | "orgId" | "most">): Promise<number> {
    const { rows } = await sql`
      select ceil(extract(epoch from ends_at - now())) as seconds from siem_request_counts
      where name = ${name} and org_id = ${orgId} and count >= ${most} and ends_at > now()`.execute(query);
    return z.array(waitRow).parse(rows)[0]?.seconds ?? 0;
  }

  async function forgetEnded(): Promise<void> {
    if (clock.elapsed() - forgottenAt < FORGET_EVERY_MS) return;
    forgottenAt = clock.elapsed();
    await sql`delete from siem_request_counts where ends_at < now()`.execute(query);
  }

  return {
    async take({ name, orgId, most, perMs, thing }) {
      await forgetEnded();
      const things = thing === undefined ? [] : [thing];
      const hasEnded = sql`span.ends_at <= now()`;
      const isCounted = sql`(cardinality(excluded.things) > 0 and span.things @> excluded.things)`;
      const { rows } = await sql`
        insert into siem_request_counts as span (name, org_id, ends_at, count, things)
        values (${name}, ${orgId}, now() + ${perMs}::integer * interval '1 millisecond', 1, ${things}::text[])
        on conflict (name, org_id) do update set
          ends_at = case when ${hasEnded} then excluded.ends_at else span.ends_at end,
          count = case when ${hasEnded} then 1 when ${isCounted} then span.count else span.count + 1 end,
          things = case when ${hasEnded} then excluded.things when ${isCounted} then span.things
            else span.things || excluded.things end
        where ${hasEnded} or ${isCounted} or span.count < ${most}
        returning 1`.execute(query);
      // The window may have ended since.
      return rows.length > 0 ? 0 : Math.max(1, await waitSeconds({ name, orgId, most }));
    },
    waitSeconds,
  };
}
