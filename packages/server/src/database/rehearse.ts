import { randomUUID } from "node:crypto";
import { SiemError } from "@arbitex/core";
import type { Kysely } from "kysely";
import { sql } from "kysely";
import { statusUpdate } from "./status-update.ts";
import { messageOf } from "../message-of.ts";
import type { Tables } from "./schema.ts";

/**
 * Writes, updates and deletes a row as the server does, within the transaction of the migrations, and rolls it back.
 * Constraints, triggers or policies of a platform that refuse it show here, not at the first request.
 */
export async function rehearse(db: Kysely<Tables>): Promise<void> {
  const unknown = await rehearseFor(db, randomUUID());
  if (unknown !== "unknown organisation") return;
  const row = await db.selectFrom("siem_configs").select("org_id").limit(1).executeTakeFirst();
  if (row !== undefined) await rehearseFor(db, row.org_id);
}

/** The organisation must exist in the platform, or already has a row of the type. Neither is a problem of the table. */
const FOREIGN_KEY = "23503";
const UNIQUE = "23505";

async function rehearseFor(db: Kysely<Tables>, org: string): Promise<"done" | "unknown organisation"> {
  await sql`savepoint rehearsal`.execute(db);
  try {
    for (const { what, run } of stepsWith({ id: randomUUID(), org })) {
      try {
        await run(db);
      } catch (error) {
        const code = codeOf(error);
        if (code === FOREIGN_KEY) return "unknown organisation";
        if (code === UNIQUE) return "done";
        throw refusal(what, error);
      }
    }
    return "done";
  } finally {
    await sql`rollback to savepoint rehearsal`.execute(db);
  }
}

interface Step {
  readonly what: string;
  readonly run: (db: Kysely<Tables>) => Promise<unknown>;
}

function stepsWith({ id, org }: { readonly id: string; readonly org: string }): readonly Step[] {
  const at = new Date().toISOString();
  const json = JSON.stringify({ rehearsal: at });
  const healths = ["pending", "healthy", "degraded", "failed"] as const;
  const counts = { accepted: 1, delivered: 1, filtered: 0, dead_lettered: 0, queued: 0 };
  const row = {
    id,
    org_id: org,
    connector_type: "splunk_hec",
    name: "n".repeat(100),
    is_enabled: true,
    config: "c".repeat(100_000),
    key_id: "k".repeat(32),
    delivery: json,
    filter: json,
    secret_changes: json,
    delivery_status: "pending",
    created_at: at,
    updated_at: at,
  };
  return [
    {
      what: "to name an organisation",
      run: (db) =>
        sql`select set_config('siem.org_id', ${org}, true), set_config('siem.writer', 'server', true)`.execute(db),
    },
    { what: "a new row", run: (db) => db.insertInto("siem_configs").values(row).execute() },
    {
      what: "to read a row, and to lock it",
      run: async (db) => {
        const found = await db.selectFrom("siem_configs").selectAll().where("id", "=", id).forUpdate().execute();
        if (found.length !== 1) throw new Error("the row that was made cannot be seen: a policy hides it");
      },
    },
    ...[false, true].map((isEnabled) => ({
      what: `a row with is_enabled ${isEnabled}`,
      run: (db: Kysely<Tables>) =>
        db.updateTable("siem_configs").set({ is_enabled: isEnabled, name: null }).where("id", "=", id).execute(),
    })),
    ...healths.map((deliveryStatus) => ({
      what: `delivery_status '${deliveryStatus}'`,
      run: async (db: Kysely<Tables>) => {
        const said = { lastDeliveryAt: new Date(at), lastError: "e".repeat(2000), fix: "f".repeat(2000) };
        const status = { deliveryStatus, ...said, errorSince: new Date(at), counts };
        const { rows } = await statusUpdate([[id, status]], "rehearsal").execute(db);
        if (rows.length !== 1) throw new Error("no row was written");
      },
    })),
    { what: "to delete a row", run: (db) => db.deleteFrom("siem_configs").where("id", "=", id).execute() },
  ];
}

function refusal(what: string, error: unknown): SiemError {
  const { column, constraint } = errorFacts(error);
  const place = column === undefined ? "" : ` (column ${column})`;
  const by =
    constraint === undefined ? "" : ` Its constraint ${constraint} does not allow it: change or drop that one.`;
  const message = `The table siem_configs does not take ${what}${place}: ${messageOf(error)}.${by}`;
  return new SiemError("SIEM_DATABASE_SCHEMA", `${message} Nothing was changed.`, { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function errorFacts(error: unknown): { readonly column?: string; readonly constraint?: string } {
  if (!(error instanceof Error)) return {};
  return {
    ...("column" in error && typeof error.column === "string" && { column: error.column }),
    ...("constraint" in error && typeof error.constraint === "string" && { constraint: error.constraint }),
  };
}
