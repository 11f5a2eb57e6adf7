import { createHash, randomBytes } from "node:crypto";
import { Secret } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import { storableText } from "../database/storable.ts";
import type { Caller, Scope } from "./access.ts";
import { parseScope, scopeText } from "./scope-text.ts";
import type { SetupLink } from "./setup-link.ts";
import { linkText } from "./setup-link.ts";
import { hashOfToken } from "./token-store.ts";

/** A session of a browser: what a token or a set-up link may do, by a cookie, for a while. */
export interface Session {
  readonly caller: Caller;
  readonly kind: "token" | "setup_link" | "jwt";
  /** Must come with every request that changes something. A page of another site cannot read it. */
  readonly csrfToken: string;
  readonly expiresAt: Date;
  /** When it ends without a further request. */
  readonly idleExpiresAt: Date;
}

export interface OpenedSession {
  /** The cookie's value. This is the only time it is returned. */
  readonly secret: Secret;
  readonly session: Session;
}

export interface SessionStore {
  /** Opens a session with what a token may do. It ends with the token. */
  openForCaller(caller: Caller): Promise<OpenedSession>;
  /** Opens a session with what a set-up link may do. It ends with the link. */
  openForLink(link: SetupLink): Promise<OpenedSession>;
  /** The session of a cookie. Undefined when it ended, or its token or link was revoked or expired. */
  find(secret: string): Promise<Session | undefined>;
  /** Ends a session on every server. */
  end(secret: string): Promise<void>;
}

export const SESSION_IDLE_MS = 30 * 60_000;
export const SESSION_LONGEST_MS = 12 * 3_600_000;
/** A request notes its time at most this often, so that most requests only read. */
const SEEN_EVERY_MS = 60_000;
const SECRET_BYTES = 32;

export interface SessionStoreOptions {
  readonly database: Database;
  readonly clock: Pick<Clock, "now">;
}

/** Sessions in the database, so that each server of a deployment knows them and a revocation counts at once. */
export function createSessionStore({ database, clock }: SessionStoreOptions): SessionStore {
  const { query } = database;

  async function open(row: NewRow): Promise<OpenedSession> {
    const now = clock.now();
    const secret = randomBytes(SECRET_BYTES).toString("base64url");
    await query
      .deleteFrom("siem_sessions")
      .where((eb) =>
        eb.or([eb("expires_at", "<=", new Date(now)), eb("seen_at", "<=", new Date(now - SESSION_IDLE_MS))]),
      )
      .execute();
    const expiresAt = new Date(Math.min(now + SESSION_LONGEST_MS, row.expiresAt ?? Number.POSITIVE_INFINITY));
    await query
      .insertInto("siem_sessions")
      .values({
        hash: hashOfToken(secret),
        name: storableText(row.name),
        scopes: row.scopes.map(scopeText).join(" "),
        token_id: row.tokenId ?? null,
        setup_link_id: row.linkId ?? null,
        created_at: new Date(now).toISOString(),
        seen_at: new Date(now).toISOString(),
        expires_at: expiresAt.toISOString(),
      })
      .execute();
    const session = await find(secret);
    if (session === undefined) throw new Error("the session ended while it was opened");
    return { secret: new Secret(secret), session };
  }

  async function find(secret: string): Promise<Session | undefined> {
    const now = clock.now();
    const hash = hashOfToken(secret);
    const row = await query
      .selectFrom("siem_sessions as s")
      .leftJoin("siem_tokens as t", "t.id", "s.token_id")
      .leftJoin("siem_setup_links as l", "l.id", "s.setup_link_id")
      .select(["s.name", "s.scopes", "s.token_id", "s.setup_link_id", "s.seen_at", "l.org_id"])
      .select(sql<Date>`least(s.expires_at, t.expires_at, l.expires_at)`.as("expires_at"))
      .where("s.hash", "=", hash)
      .where("t.revoked_at", "is", null)
      .where("l.revoked_at", "is", null)
      .executeTakeFirst();
    if (row === undefined || row.expires_at.getTime() <= now) return undefined;
    if (row.seen_at.getTime() <= now - SESSION_IDLE_MS) return undefined;
    if (row.seen_at.getTime() <= now - SEEN_EVERY_MS) {
      await query
        .updateTable("siem_sessions")
        .set({ seen_at: new Date(now).toISOString() })
        .where("hash", "=", hash)
        .execute();
    }
    const scopes = row.scopes.split(" ").flatMap((text) => parseScope(text) ?? []);
    const own: readonly Scope[] = row.org_id === null ? scopes : [{ kind: "setup", orgId: row.org_id }];
    return {
      caller: { name: row.name, scopes: own, ...(row.token_id !== null && { tokenId: row.token_id }) },
      kind: row.setup_link_id !== null ? "setup_link" : row.token_id !== null ? "token" : "jwt",
      csrfToken: csrfTokenOf(secret),
      expiresAt: row.expires_at,
      idleExpiresAt: new Date(Math.min(now + SESSION_IDLE_MS, row.expires_at.getTime())),
    };
  }

  return {
    openForCaller: (caller) => open(caller),
    openForLink: (link) =>
      open({ name: linkText(link), scopes: [], linkId: link.id, expiresAt: link.expiresAt.getTime() }),
    find,
    async end(secret) {
      await query.deleteFrom("siem_sessions").where("hash", "=", hashOfToken(secret)).execute();
    },
  };
}

interface NewRow {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly tokenId?: string | undefined;
  readonly linkId?: string | undefined;
  readonly expiresAt?: number | undefined;
}

/** Derived from the cookie, so that it needs no storage. It does not reveal the cookie. */
function csrfTokenOf(secret: string): string {
  return createHash("sha256").update(`csrf ${secret}`).digest("base64url");
}
