import { randomUUID } from "node:crypto";
import { Secret } from "@arbitex/core";
import type { Caller } from "../src/access/access.ts";
import type { AuditOutbox, StoredEvent } from "../src/database/audit-outbox.ts";
import type { Session, SessionStore } from "../src/access/session-store.ts";
import type { SetupLink } from "../src/access/setup-link.ts";
import { linkState, linkText } from "../src/access/setup-link.ts";
import type { SetupLinkStore } from "../src/access/setup-link-store.ts";

export interface MemoryAccess {
  readonly links: SetupLinkStore;
  readonly outbox: AuditOutbox;
  readonly sessions: SessionStore;
}

/** Set-up links and sessions without a database. */
export function createMemoryAccess(): MemoryAccess {
  const links = new Map<string, { token: string; link: SetupLink; told: boolean }>();
  const sessions = new Map<string, { session: Session; linkId: string | undefined }>();
  const of = (orgId: string | undefined) =>
    [...links.values()].filter(({ link }) => orgId === undefined || link.orgId === orgId);

  function open(caller: Caller, kind: Session["kind"], linkId?: string) {
    const secret = randomUUID().replaceAll("-", "").padEnd(43, "x");
    const expiresAt = new Date(Date.now() + 3_600_000);
    const session = { caller, kind, csrfToken: `csrf-${secret}`, expiresAt, idleExpiresAt: expiresAt };
    sessions.set(secret, { session, linkId });
    return { secret: new Secret(secret), session };
  }

  const stored = new Map<string, StoredEvent>();
  return {
    outbox: {
      async add(event) {
        const id = randomUUID();
        stored.set(id, { id, event: { ...event } });
      },
      take: async () => [...stored.values()],
      remove: async (id) => void stored.delete(id),
    },
    links: {
      async create({ orgId, name, createdBy, expiresAt }) {
        const token = `setup_${randomUUID()}`;
        const unused = { revokedAt: null, firstUsedAt: null, lastUsedAt: null, uses: 0 };
        const link = { id: randomUUID(), orgId, name, createdBy, createdAt: new Date(), expiresAt, ...unused };
        links.set(link.id, { token, link, told: false });
        return { token: new Secret(token), link };
      },
      list: async (orgId) => of(orgId).map(({ link }) => link),
      countActive: async (orgId) => of(orgId).filter(({ link }) => linkState(link, Date.now()) === "active").length,
      async revoke(id, orgId) {
        const found = links.get(id);
        if (found === undefined || (orgId !== undefined && found.link.orgId !== orgId)) return undefined;
        const isNew = found.link.revokedAt === null;
        if (isNew) found.link = { ...found.link, revokedAt: new Date() };
        return { link: found.link, isNew };
      },
      async use(token) {
        const found = of(undefined).find((one) => one.token === token);
        if (found === undefined) return { kind: "unknown" };
        const state = linkState(found.link, Date.now());
        if (state !== "active") return { kind: state };
        found.link = { ...found.link, uses: found.link.uses + 1, lastUsedAt: new Date() };
        return { kind: "used", link: found.link };
      },
      async takeExpired() {
        const expired = of(undefined).filter(({ link, told }) => !told && linkState(link, Date.now()) === "expired");
        for (const one of expired) one.told = true;
        return expired.map(({ link }) => link);
      },
    },
    sessions: {
      openForCaller: async (caller) => open(caller, "token"),
      openForLink: async (link) =>
        open({ name: linkText(link), scopes: [{ kind: "setup", orgId: link.orgId }] }, "setup_link", link.id),
      async find(secret) {
        const found = sessions.get(secret);
        const link = found?.linkId === undefined ? undefined : links.get(found.linkId)?.link;
        return link !== undefined && linkState(link, Date.now()) !== "active" ? undefined : found?.session;
      },
      async end(secret) {
        sessions.delete(secret);
      },
    },
  };
}
