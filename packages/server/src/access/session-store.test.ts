import { inspect } from "node:util";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../../core/test/fake-clock.ts";
import { createTestDatabase, emptyTables } from "../../test/test-database.ts";
import type { Database } from "../database/database.ts";
import type { SessionStore } from "./session-store.ts";
import { createSessionStore, SESSION_IDLE_MS, SESSION_LONGEST_MS } from "./session-store.ts";
import { createSetupLinkStore } from "./setup-link-store.ts";
import { createTokenStore } from "./token-store.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";
const clock = createFakeClock();
let database: Database;
let sessions: SessionStore;

beforeAll(async () => {
  database = await createTestDatabase();
  sessions = createSessionStore({ database, clock });
});
beforeEach(() => emptyTables(database));
afterAll(() => database.close());

const scopes = [{ kind: "org", orgId: ORG }] as const;

async function openWithToken(expiresAt: Date | null = null) {
  const tokens = createTokenStore({ database, clock });
  const { record } = await tokens.create({ name: "ada", scope: scopes[0], expiresAt });
  const opened = await sessions.openForCaller({ name: "ada", scopes, tokenId: record.id });
  return { revoke: () => tokens.revoke(record.id), secret: opened.secret.reveal(), opened };
}

async function openWithLink(lastsMs = 3_600_000) {
  const links = createSetupLinkStore({ database, clock });
  const expiresAt = new Date(clock.now() + lastsMs);
  const { link } = await links.create({ orgId: ORG, name: null, createdBy: "ops", expiresAt });
  const opened = await sessions.openForLink(link);
  return { revoke: () => links.revoke(link.id), secret: opened.secret.reveal(), opened };
}

/** Makes requests, none of which comes too late. */
async function stayFor(ms: number, secret: string): Promise<void> {
  for (let left = ms; left > 0; left -= SESSION_IDLE_MS / 2) {
    await clock.advance(Math.min(left, SESSION_IDLE_MS / 2));
    await sessions.find(secret);
  }
}

describe("a session", () => {
  it("may do what its token may, and is stored as a hash", async () => {
    const { secret, opened } = await openWithToken();
    expect(await sessions.find(secret)).toMatchObject({ kind: "token", caller: { name: "ada", scopes } });
    const { rows } = await sql`select * from siem_sessions`.execute(database.query);
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(inspect(opened)).not.toContain(secret);
    expect(JSON.stringify(rows)).not.toContain(opened.session.csrfToken);
    expect(await sessions.find("x")).toBeUndefined();
  });

  it("of a set-up link is for its organisation, and makes no links", async () => {
    const { secret } = await openWithLink();
    expect(await sessions.find(secret)).toMatchObject({
      kind: "setup_link",
      caller: { scopes: [{ kind: "setup", orgId: ORG }] },
    });
  });

  it("of a JSON Web Token ends with it", async () => {
    const expiresAt = clock.now() + 60_000;
    const { secret, session } = await sessions.openForCaller({ name: "ada", scopes, expiresAt });
    expect(session).toMatchObject({ kind: "jwt", expiresAt: new Date(expiresAt) });
    await clock.advance(60_000);
    expect(await sessions.find(secret.reveal())).toBeUndefined();
  });

  it.each([
    ["token", openWithToken],
    ["set-up link", openWithLink],
  ])("ends at once when its %s is revoked", async (_, open) => {
    const { secret, revoke } = await open();
    await revoke();
    expect(await sessions.find(secret)).toBeUndefined();
  });

  it("ends when its token or link expires", async () => {
    const { secret } = await openWithToken(new Date(clock.now() + 60_000));
    const link = await openWithLink(120_000);
    await clock.advance(60_000);
    expect(await sessions.find(secret)).toBeUndefined();
    expect(await sessions.find(link.secret)).toBeDefined();
    await clock.advance(60_000);
    expect(await sessions.find(link.secret)).toBeUndefined();
  });

  it("ends half an hour after the last request", async () => {
    const { secret } = await openWithToken();
    await stayFor(2 * SESSION_IDLE_MS, secret);
    expect(await sessions.find(secret)).toBeDefined();
    await clock.advance(SESSION_IDLE_MS);
    expect(await sessions.find(secret)).toBeUndefined();
  });

  it("ends after twelve hours, whatever comes", async () => {
    const { secret } = await openWithToken();
    await stayFor(SESSION_LONGEST_MS - 1000, secret);
    expect(await sessions.find(secret)).toBeDefined();
    await clock.advance(1000);
    expect(await sessions.find(secret)).toBeUndefined();
  });

  it("ends by signing out, on every server", async () => {
    const { secret } = await openWithToken();
    const other = createSessionStore({ database, clock });
    await sessions.end(secret);
    expect(await other.find(secret)).toBeUndefined();
  });

  it("leaves no row behind once it has ended", async () => {
    await openWithToken();
    await clock.advance(SESSION_IDLE_MS);
    await openWithToken();
    const { rows } = await sql`select 1 from siem_sessions`.execute(database.query);
    expect(rows).toHaveLength(1);
  });
});
