import type { AcceptedEvent, Clock, DeadLetter, DeadLetters } from "@arbitex/core/host";
import { newUid } from "@arbitex/core/host";
import { SiemError } from "@arbitex/core";
import { sql } from "kysely";
import type { Database } from "../../database/database.ts";
import { sqlStateOf } from "../../database/database-unavailable.ts";
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
/** SQLSTATE of a deadlock, and how often the transaction is tried. */
const DEADLOCK = "40P01";
const DEADLOCKS = 5;
/** Columns and indexes beside the event. */
export const ROW_BYTES = 400;

/** Writes dead letters to the table. Concurrent appends are committed together; all of an append are stored, or none. */
export function createTableWriter({ query, name }: Database, clock: Clock): Pick<DeadLetters, "append"> {
  /**
   * Ids of dead letters whose transaction failed, by event. It may have been committed all the same: the next append of
   * the event uses the id again, so that it is stored once.
   */
  const unsure = new Map<string, string>();
  const keyOf = createKeys();
  let waiting: Waiting[] = [];
  let isWriting = false;

  function rowOf(deadLetter: DeadLetter, at: number): Row {
    const { json } = deadLetter.record;
    const key = unsure.size === 0 ? "" : keyOf(deadLetter);
    const id = unsure.get(key) ?? newUid();
    unsure.delete(key);
    return { id, at, deadLetter, json };
  }

  function noteUnsure(rows: readonly Row[]): void {
    for (const { id, deadLetter } of rows) unsure.set(keyOf(deadLetter), id);
    for (const key of unsure.keys()) {
      if (unsure.size <= MOST_UNSURE) break;
      unsure.delete(key);
    }
  }

  async function commit(rows: readonly Row[]): Promise<void> {
    const statements = [...statementsOf(rows)];
    for (let tries = 1; ; tries++) {
      try {
        return await query.transaction().execute(async (transaction) => {
          // In one order for all writers. A single statement's trigger does it by itself.
          if (statements.length > 1) await countsLocked(rows).execute(transaction);
          for (const some of statements) await insertOf(some).execute(transaction);
        });
      } catch (error) {
        // Nothing of it was stored.
        if (sqlStateOf(error) !== DEADLOCK || tries === DEADLOCKS) throw error;
      }
    }
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

/** Names an event of a destination: by its place in a shared queue, since it may be read again, or as the object it is. */
function createKeys(): (deadLetter: DeadLetter) => string {
  const numbers = new WeakMap<AcceptedEvent, number>();
  let last = 0;
  return ({ destinationId, record }) => {
    const { origin, sequence } = record;
    if (origin > 0) return `${destinationId} ${origin} ${sequence}`;
    const number = numbers.get(record) ?? ++last;
    numbers.set(record, number);
    return `${destinationId} ${number}`;
  };
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

/** Locks the counts that a transaction will change, in their order. */
function countsLocked(rows: readonly Row[]) {
  const text = (of: (deadLetter: DeadLetter) => string) => rows.map(({ deadLetter }) => storableText(of(deadLetter)));
  return sql`
    insert into siem_dead_letter_counts as counted (destination_id, org_id, stage, waiting, bytes)
    select distinct said.*, 0, 0 from unnest(
      ${text(({ destinationId }) => destinationId)}::text[],
      ${text(({ record }) => record.orgId ?? "")}::text[],
      ${text(({ stage }) => stage)}::text[]
    ) as said(destination_id, org_id, stage) order by 1, 2, 3
    on conflict (destination_id, org_id, stage) do update set waiting = counted.waiting`;
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
