import { createHash } from "node:crypto";
import type { Clock, DeadLetter, DeadLetters } from "@arbitex/core/host";
import { newUid } from "@arbitex/core/host";
import { SiemError } from "@arbitex/core";
import { sql } from "kysely";
import type { Database } from "../../database/database.ts";
import { storableText } from "../../database/storable.ts";
import { messageOf } from "../../message-of.ts";

interface Waiting {
  readonly deadLetters: readonly DeadLetter[];
  readonly at: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Row {
  readonly id: string;
  readonly at: number;
  readonly deadLetter: DeadLetter;
  readonly json: string;
}

/** Bytes of events in one statement. */
const STATEMENT_BYTES = 4 * 1024 * 1024;
const STATEMENT_ROWS = 1000;
/** Appends that are committed together, unless one alone is larger. */
const TRANSACTION_ROWS = 5000;
const MOST_UNSURE = 100_000;
/** Columns and indexes beside the event. */
export const ROW_BYTES = 400;

/** Writes dead letters to the table. Concurrent appends are committed together; all of an append are stored, or none. */
export function createTableWriter({ query, name }: Database, clock: Clock): Pick<DeadLetters, "append"> {
  /**
   * Ids of dead letters whose transaction failed, by content. It may have been committed all the same: an append of the
   * same content uses the id again, so that it is stored once.
   */
  const unsure = new Map<string, string[]>();
  let waiting: Waiting[] = [];
  let isWriting = false;

  function rowOf(deadLetter: DeadLetter, at: number): Row {
    const { json } = deadLetter.record;
    const ids = unsure.size === 0 ? undefined : unsure.get(contentOf(deadLetter, json));
    return { id: ids?.shift() ?? newUid(), at, deadLetter, json };
  }

  function noteUnsure(rows: readonly Row[]): void {
    for (const { id, deadLetter, json } of rows) {
      const content = contentOf(deadLetter, json);
      const ids = unsure.get(content) ?? [];
      unsure.delete(content);
      unsure.set(content, [...ids, id]);
    }
    for (const [content, ids] of unsure) {
      if (ids.length > 0 && unsure.size <= MOST_UNSURE) break;
      unsure.delete(content);
    }
  }

  function commit(rows: readonly Row[]): Promise<void> {
    return query.transaction().execute(async (transaction) => {
      for (const some of statementsOf(rows)) await insertOf(some).execute(transaction);
    });
  }

  async function writeWaiting(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const calls = nextCalls(waiting);
      waiting = waiting.slice(calls.length);
      const rows = calls.flatMap(({ deadLetters, at }) => deadLetters.map((deadLetter) => rowOf(deadLetter, at)));
      try {
        await commit(rows);
        for (const { resolve } of calls) resolve();
      } catch (cause) {
        noteUnsure(rows);
        const message = `Dead letters cannot be written to the database ${name}: ${messageOf(cause)}.`;
        const error = new SiemError("SIEM_DEAD_LETTER_WRITE", message, { cause });
        for (const { reject } of calls) reject(error);
      }
    }
    isWriting = false;
  }

  return {
    append(deadLetters) {
      if (deadLetters.length === 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        waiting.push({ deadLetters, at: clock.now(), resolve, reject });
        if (!isWriting) void writeWaiting();
      });
    },
  };
}

function contentOf({ destinationId }: DeadLetter, json: string): string {
  return createHash("sha256").update(destinationId).update("\0").update(json).digest("base64");
}

function nextCalls(waiting: readonly Waiting[]): readonly Waiting[] {
  let rows = 0;
  const end = waiting.findIndex(({ deadLetters }, index) => {
    rows += deadLetters.length;
    return index > 0 && rows > TRANSACTION_ROWS;
  });
  return end < 0 ? waiting : waiting.slice(0, end);
}

function* statementsOf(rows: readonly Row[]): Generator<readonly Row[]> {
  let some: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    some.push(row);
    bytes += row.json.length;
    if (bytes < STATEMENT_BYTES && some.length < STATEMENT_ROWS) continue;
    yield some;
    some = [];
    bytes = 0;
  }
  if (some.length > 0) yield some;
}

function insertOf(rows: readonly Row[]) {
  const column = <Value>(of: (row: Row) => Value) => rows.map(of);
  const text = (of: (deadLetter: DeadLetter) => string) => column(({ deadLetter }) => storableText(of(deadLetter)));
  return sql`
    insert into siem_dead_letters (id, destination_id, type, org_id, event_id, stage, reason, attempts, ambiguous,
      first_attempt_at, dead_lettered_at, event, bytes)
    select said.*, octet_length(said.event) + ${ROW_BYTES}::integer from unnest(
      ${column(({ id }) => id)}::text[],
      ${text(({ destinationId }) => destinationId)}::text[],
      ${text(({ type }) => type)}::text[],
      ${column(({ deadLetter: { record } }) => (record.orgId === null ? null : storableText(record.orgId)))}::text[],
      ${text(({ record }) => record.id)}::text[],
      ${text(({ stage }) => stage)}::text[],
      ${text(({ reason }) => reason)}::text[],
      ${column(({ deadLetter }) => deadLetter.attempts)}::integer[],
      ${column(({ deadLetter }) => deadLetter.ambiguous)}::boolean[],
      ${column(({ deadLetter }) => timeOf(deadLetter.firstAttemptAt))}::timestamptz[],
      ${column(({ at }) => timeOf(at))}::timestamptz[],
      ${column(({ json }) => json)}::text[]
    ) as said(id, destination_id, type, org_id, event_id, stage, reason, attempts, ambiguous, first_attempt_at,
      dead_lettered_at, event)
    on conflict (id) do nothing`;
}

function timeOf(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
