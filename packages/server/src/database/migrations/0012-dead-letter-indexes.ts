import type { Migration } from "kysely";
import { sql } from "kysely";

/** Indexes dead letters by number and by age: replays, purges and the retention would read the whole table. */
export const deadLetterIndexes: Migration = {
  async up(db) {
    await sql`create unique index siem_dead_letters_seq on siem_dead_letters (seq)`.execute(db);
    await sql`create index siem_dead_letters_oldest on siem_dead_letters (dead_lettered_at)`.execute(db);
  },
};
