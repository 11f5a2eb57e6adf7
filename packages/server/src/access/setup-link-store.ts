import { randomBytes, randomUUID } from "node:crypto";
import { Secret } from "@arbitex/core";
import type { Clock } from "@arbitex/core/host";
import type { Selectable } from "kysely";
import { sql } from "kysely";
import type { Database } from "../database/database.ts";
import type { SiemSetupLinksTable } from "../database/schema.ts";
import { storableText } from "../database/storable.ts";
import { isUuid } from "../database/uuid.ts";
import { hashOfToken } from "./token-store.ts";
import type { SetupLink } from "./setup-link.ts";

export interface NewSetupLink {
  readonly orgId: string;
  readonly name: string | null;
  readonly createdBy: string;
  readonly expiresAt: Date;
}

/** Result of opening a link. */
export type LinkUse =
  | { readonly kind: "used"; readonly link: SetupLink }
  | { readonly kind: "expired" | "revoked" | "unknown" };

export interface SetupLinkStore {
  /** Creates a link. This is the only time its token is returned. */
  create(input: NewSetupLink): Promise<{ readonly token: Secret; readonly link: SetupLink }>;
  /** Newest first, including expired and revoked ones; of every organisation without `orgId`. */
  list(orgId?: string): Promise<readonly SetupLink[]>;
  /** Links of an organisation that are neither expired nor revoked. */
  countActive(orgId: string): Promise<number>;
  /** Undefined when the organisation, or any without `orgId`, has no such link. A revoked link stays as it is. */
  revoke(id: string, orgId?: string): Promise<{ readonly link: SetupLink; readonly isNew: boolean } | undefined>;
  /** Counts a use of the link with this token. */
  use(token: string): Promise<LinkUse>;
  /** Links that expired since the last call by any server. Each is returned once. */
  takeExpired(): Promise<readonly SetupLink[]>;
}

const PREFIX = "setup_";
const TOKEN_BYTES = 32;

export function createSetupLinkStore({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Pick<Clock, "now">;
}): SetupLinkStore {
  const { query } = database;
  const now = () => new Date(clock.now()).toISOString();
  const byId = (id: string, orgId: string | undefined) => {
    const one = query.selectFrom("siem_setup_links").selectAll().where("id", "=", id);
    return (orgId === undefined ? one : one.where("org_id", "=", orgId)).executeTakeFirst();
  };
  return {
    async create({ orgId, name, createdBy, expiresAt }) {
      const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString("base64url")}`;
      const row = await query
        .insertInto("siem_setup_links")
        .values({
          id: randomUUID(),
          org_id: orgId,
          name: name === null ? null : storableText(name),
          hash: hashOfToken(token),
          created_by: storableText(createdBy),
          created_at: now(),
          expires_at: expiresAt.toISOString(),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return { token: new Secret(token), link: linkOf(row) };
    },
    async list(orgId) {
      const all = query.selectFrom("siem_setup_links").selectAll().orderBy("created_at", "desc").orderBy("id");
      const rows = await (orgId === undefined ? all : all.where("org_id", "=", orgId)).execute();
      return rows.map(linkOf);
    },
    async countActive(orgId) {
      const { count } = await query
        .selectFrom("siem_setup_links")
        .select(({ fn }) => fn.countAll().as("count"))
        .where("org_id", "=", orgId)
        .where("revoked_at", "is", null)
        .where("expires_at", ">", new Date(clock.now()))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async revoke(id, orgId) {
      if (!isUuid(id)) return undefined;
      const before = await byId(id, orgId);
      if (before === undefined) return undefined;
      const revoked = await query
        .updateTable("siem_setup_links")
        .set({ revoked_at: now() })
        .where("id", "=", id)
        .where("revoked_at", "is", null)
        .returningAll()
        .executeTakeFirst();
      const row = revoked ?? (await byId(id, orgId)) ?? before;
      return { link: linkOf(row), isNew: revoked !== undefined };
    },
    async use(token) {
      const hash = hashOfToken(token);
      const row = await query
        .updateTable("siem_setup_links")
        .set({
          uses: sql`uses + 1`,
          first_used_at: sql`coalesce(first_used_at, ${now()}::timestamptz)`,
          last_used_at: now(),
        })
        .where("hash", "=", hash)
        .where("revoked_at", "is", null)
        .where("expires_at", ">", new Date(clock.now()))
        .returningAll()
        .executeTakeFirst();
      if (row !== undefined) return { kind: "used", link: linkOf(row) };
      const past = await query
        .selectFrom("siem_setup_links")
        .select("revoked_at")
        .where("hash", "=", hash)
        .executeTakeFirst();
      if (past === undefined) return { kind: "unknown" };
      return { kind: past.revoked_at === null ? "expired" : "revoked" };
    },
    async takeExpired() {
      const rows = await query
        .updateTable("siem_setup_links")
        .set({ expiry_told_at: now() })
        .where("expiry_told_at", "is", null)
        .where("revoked_at", "is", null)
        .where("expires_at", "<=", new Date(clock.now()))
        .returningAll()
        .execute();
      return rows.map(linkOf);
    },
  };
}

function linkOf(row: Selectable<SiemSetupLinksTable>): SetupLink {
  return {
    id: row.id,
    orgId: row.org_id,
    name: row.name,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    firstUsedAt: row.first_used_at,
    lastUsedAt: row.last_used_at,
    uses: row.uses,
  };
}
