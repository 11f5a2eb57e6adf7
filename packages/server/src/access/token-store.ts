import { createHash, randomBytes, randomUUID } from "node:crypto";
import { Secret } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import type { Selectable } from "kysely";
import { sql } from "kysely";
import type { Database, NoticeListener } from "../database/database.ts";
import type { SiemTokensTable } from "../database/schema.ts";
import { storableJson, storableText } from "../database/storable.ts";
import { isUuid } from "../database/uuid.ts";
import { watchRows } from "../database/watch-rows.ts";
import type { Scope } from "./access.ts";
import { parseScope, scopeText } from "./scope-text.ts";

/** A token's row. The token itself is not stored; only its hash is. */
export interface TokenRecord {
  readonly id: string;
  readonly name: string;
  /** Undefined when this release does not know the scope; the token then grants nothing. */
  readonly scope: Scope | undefined;
  readonly createdAt: Date;
  /** Null when the token does not expire. */
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** What is needed to recognise a token by its hash. */
export interface ActiveToken {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  /** Result of `hashOfToken`. */
  readonly hash: string;
  readonly expiresAt: Date | null;
}

export interface NewToken {
  readonly name: string;
  readonly scope: Scope;
  readonly expiresAt: Date | null;
}

export interface TokenStore {
  /** Creates a token. This is the only time its text is returned. */
  create(input: NewToken): Promise<{ readonly token: Secret; readonly record: TokenRecord }>;
  /** Newest first, including expired and revoked tokens. */
  list(): Promise<readonly TokenRecord[]>;
  /** Undefined when no token has this id. A revoked token stays as it is. */
  revoke(id: string): Promise<{ readonly record: TokenRecord; readonly isNew: boolean } | undefined>;
  /** All tokens that are neither expired nor revoked. */
  active(): Promise<readonly ActiveToken[]>;
  /** Stores the last-used times, by token id. */
  noteUses(uses: ReadonlyMap<string, Date>): Promise<void>;
  /** Same contract as the configuration store's. Notifies of created, revoked and removed tokens, not of their use. */
  watch(onChange: NoticeListener, signal: AbortSignal): void;
}

const TOKEN_PREFIX = "siem_";
const TOKEN_BYTES = 32;

/** A token is 32 random bytes and cannot be guessed, so one round of SHA-256 is enough. */
export function hashOfToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

export function createTokenStore({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): TokenStore {
  const { query } = database;
  const now = () => new Date(clock.now()).toISOString();
  return {
    async create({ name, scope, expiresAt }) {
      const token = `${TOKEN_PREFIX}${randomBytes(TOKEN_BYTES).toString("base64url")}`;
      const row = await query
        .insertInto("siem_tokens")
        .values({
          id: randomUUID(),
          name: storableText(name),
          scope: scopeText(scope),
          hash: hashOfToken(token),
          created_at: now(),
          expires_at: expiresAt?.toISOString() ?? null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return { token: new Secret(token), record: recordOf(row) };
    },
    async list() {
      const rows = await query
        .selectFrom("siem_tokens")
        .selectAll()
        .orderBy("created_at", "desc")
        .orderBy("id")
        .execute();
      return rows.map(recordOf);
    },
    async revoke(id) {
      if (!isUuid(id)) return undefined;
      const one = query.selectFrom("siem_tokens").selectAll().where("id", "=", id);
      const revoking = query.updateTable("siem_tokens").set({ revoked_at: now() }).where("revoked_at", "is", null);
      const { numUpdatedRows } = await revoking.where("id", "=", id).executeTakeFirst();
      const row = await one.executeTakeFirst();
      return row === undefined ? undefined : { record: recordOf(row), isNew: numUpdatedRows > 0n };
    },
    async active() {
      const rows = await query
        .selectFrom("siem_tokens")
        .selectAll()
        .where("revoked_at", "is", null)
        .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", new Date(clock.now()))]))
        .execute();
      return rows.flatMap(({ id, name, scope: text, hash, expires_at: expiresAt }) => {
        const scope = parseScope(text);
        return scope === undefined ? [] : [{ id, name, scope, hash, expiresAt }];
      });
    },
    async noteUses(uses) {
      const used = [...uses].filter(([id]) => isUuid(id));
      if (used.length === 0) return;
      const byId = Object.fromEntries(used.map(([id, at]) => [id.toLowerCase(), at]));
      await sql`
        update siem_tokens set last_used_at = used_at
        from (
          select id as used_id, (${storableJson(byId)}::jsonb ->> lower(id::text))::timestamptz as used_at
          from siem_tokens where id = any(${used.map(([id]) => id)}) order by id for update skip locked
        ) as used
        where id = used_id and (last_used_at is null or last_used_at < used_at)`.execute(query);
    },
    watch: (onChange, signal) => watchRows({ database, channel: "siem_tokens", clock }, onChange, signal),
  };
}

function recordOf(row: Selectable<SiemTokensTable>): TokenRecord {
  return {
    id: row.id,
    name: row.name,
    scope: parseScope(row.scope),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}
