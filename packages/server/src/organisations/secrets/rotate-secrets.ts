import { SiemError } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import { sleep } from "@arbitex/core/host";
import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { ConfigRow } from "../configs/config-row.ts";
import { placeOf } from "../configs/config-row.ts";
import type { Database } from "../../database/database.ts";
import type { Tables } from "../../database/schema.ts";
import { messageOf } from "../../message-of.ts";
import type { SettingsCipher } from "./encrypted-settings.ts";

/** Progress of a rotation. Rows of the platform that were bound to their id are `upgraded`, not `rotated`. */
export interface RotationAccount {
  readonly rotated: number;
  readonly upgraded: number;
  /** Rows whose settings cannot be decrypted. They are left unchanged. */
  readonly unreadable: readonly UnreadableRow[];
}

export interface UnreadableRow {
  readonly id: string;
  readonly orgId: string;
  readonly reason: string;
}

export interface RotateOptions {
  readonly database: Database;
  /** Its first key is the one to rotate to. */
  readonly cipher: SettingsCipher;
  readonly clock: Clock;
  readonly onProgress: (account: RotationAccount) => void;
  /** Ends the rotation after the row under way. */
  readonly signal: AbortSignal;
}

/** How often locked rows are tried again, and after how long. */
const LOOKS = 5;
const LOOK_AGAIN_MS = 1000;

/**
 * Encrypts every row's settings with the first key. Each row is its own transaction. A locked row is skipped and tried
 * again. After an interruption, the next rotation continues with the remaining rows.
 */
export async function rotateSecrets(options: RotateOptions): Promise<RotationAccount> {
  const { database, cipher, clock, signal } = options;
  const counts: Counts = { rotated: 0, upgraded: 0, unreadable: new Map() };
  try {
    let left = Number.POSITIVE_INFINITY;
    for (let looks = 0; looks < LOOKS && !signal.aborted; ) {
      await rotateOnce(options, counts);
      const before = left;
      left = await countLeft(database, cipher);
      if (left === counts.unreadable.size) break;
      if (left < before) continue;
      looks++;
      await sleep(clock, LOOK_AGAIN_MS, signal);
    }
  } catch (error) {
    const reason = messageOf(error);
    throw new SiemError(
      "SIEM_DATABASE_CONNECT",
      `The rotation ended after ${counts.rotated + counts.upgraded} rows: ${reason}. Run it again: it goes on with what is left.`,
      { cause: error },
    );
  }
  return accountOf(counts);
}

interface Counts {
  rotated: number;
  upgraded: number;
  readonly unreadable: Map<string, UnreadableRow>;
}

function accountOf({ rotated, upgraded, unreadable }: Counts): RotationAccount {
  return { rotated, upgraded, unreadable: [...unreadable.values()] };
}

/** Rotates every due row once. */
async function rotateOnce({ database, cipher, onProgress, signal }: RotateOptions, counts: Counts): Promise<void> {
  for (let last: string | undefined; !signal.aborted; ) {
    const outcome = await rotateNext(database, cipher, last);
    if (outcome === undefined) return;
    last = outcome.id;
    if (outcome.kind === "unreadable") counts.unreadable.set(outcome.id, outcome.row);
    else counts[outcome.kind]++;
    onProgress(accountOf(counts));
  }
}

/** Counts what a rotation would do. Changes nothing and locks nothing. */
export async function foreseeRotation(database: Database, cipher: SettingsCipher): Promise<RotationAccount> {
  let rotated = 0;
  let upgraded = 0;
  const unreadable: UnreadableRow[] = [];
  for (let last: string | undefined; ; ) {
    const rows = await dueRows(database.query, cipher, last).limit(PAGE).execute();
    for (const row of rows) {
      const decrypted = cipher.decrypt(row.config, placeOf(row));
      if (decrypted.kind === "unreadable") unreadable.push(unreadableRow(row, decrypted.reason));
      else if (decrypted.isBound) rotated++;
      else upgraded++;
    }
    last = rows.at(-1)?.id;
    if (last === undefined) return { rotated, upgraded, unreadable };
  }
}

/** Number of rows that the first key has not encrypted yet. */
export async function countLeft({ query }: Database, cipher: SettingsCipher): Promise<number> {
  const { left } = await query
    .selectFrom("siem_configs")
    .select(({ fn }) => fn.countAll<string>().as("left"))
    .where("key_id", "is distinct from", cipher.keyId)
    .executeTakeFirstOrThrow();
  return Number(left);
}

const PAGE = 500;

type DueRow = Pick<ConfigRow, "id" | "org_id" | "connector_type" | "config">;

function dueRows(db: Pick<Transaction<Tables>, "selectFrom">, cipher: SettingsCipher, last: string | undefined) {
  const due = db
    .selectFrom("siem_configs")
    .select(["id", "org_id", "connector_type", "config"])
    .where("key_id", "is distinct from", cipher.keyId)
    .orderBy("id");
  return last === undefined ? due : due.where("id", ">", last);
}

type Outcome =
  | { readonly kind: "rotated" | "upgraded"; readonly id: string }
  | { readonly kind: "unreadable"; readonly id: string; readonly row: UnreadableRow };

/** The next unlocked row by id; undefined when there is none. */
function rotateNext(
  { query }: Database,
  cipher: SettingsCipher,
  last: string | undefined,
): Promise<Outcome | undefined> {
  return query.transaction().execute(async (db) => {
    // Tells the table's triggers that this write is no change of settings.
    await sql`select set_config('siem.writer', 'rotation', true)`.execute(db);
    const row = await dueRows(db, cipher, last).limit(1).forUpdate().skipLocked().executeTakeFirst();
    if (row === undefined) return undefined;
    const place = placeOf(row);
    const decrypted = cipher.decrypt(row.config, place);
    if (decrypted.kind === "unreadable") {
      return { kind: "unreadable", id: row.id, row: unreadableRow(row, decrypted.reason) };
    }
    const config = decrypted.isBound ? cipher.rotate(row.config) : cipher.encrypt(decrypted.settings, place);
    await db.updateTable("siem_configs").set({ config, key_id: cipher.keyId }).where("id", "=", row.id).execute();
    return { kind: decrypted.isBound ? "rotated" : "upgraded", id: row.id };
  });
}

function unreadableRow({ id, org_id }: DueRow, reason: string): UnreadableRow {
  return { id, orgId: org_id, reason };
}
