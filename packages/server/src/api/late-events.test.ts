import { silentLogger } from "@arbitex/core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createMemoryAccess } from "../../test/memory-access.ts";
import { tellOfLateEvents } from "./late-events.ts";
import { tokenEventOf } from "./token-events.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  host.published = [];
});

const host = {
  published: [] as string[],
  /** Whether the queue takes nothing. */
  isFull: false,
  async publish(event: unknown) {
    if (host.isFull) throw new Error("the queue is full");
    host.published.push(JSON.stringify(event));
    return { accepted: 1, rejected: [] };
  },
};
const onFailure = vi.fn<(error: Error) => void>();
// Of the host, only this is called.
const context = { host: host as never, onFailure, now: Date.now, logger: silentLogger };

it("a set-up link that expires is told of once, by an audit event without its token", async () => {
  const access = createMemoryAccess();
  const expiresAt = new Date(Date.now() + 30_000);
  const { token } = await access.links.create({ orgId: ORG, name: "for Ada", createdBy: "ops", expiresAt });
  const end = tellOfLateEvents(access, context);
  await vi.advanceTimersByTimeAsync(300_000);
  end();
  expect(host.published).toHaveLength(1);
  expect(JSON.parse(host.published[0] ?? "")).toMatchObject({
    message: 'The set-up link "for Ada" has expired.',
    metadata: { tenant_uid: ORG },
    unmapped: { created_by: "ops" },
  });
  expect(host.published[0]).not.toContain(token.reveal());
  expect(onFailure).not.toHaveBeenCalled();
});

it("a change at the command line is told of once the queue takes events, and once", async () => {
  const access = createMemoryAccess();
  const record = { id: ORG, name: "ci", scope: { kind: "ingest" }, createdAt: new Date(), expiresAt: null } as const;
  const actor = { caller: { name: "the command line (ops@siem-1)", scopes: [] }, address: undefined };
  const event = tokenEventOf("created", { ...record, lastUsedAt: null, revokedAt: null }, actor, Date.now());
  await access.outbox.add(event);
  host.isFull = true;
  const end = tellOfLateEvents(access, context);
  await vi.advanceTimersByTimeAsync(60_000);
  host.isFull = false;
  await vi.advanceTimersByTimeAsync(60_000);
  end();
  expect(host.published.map((text) => JSON.parse(text))).toEqual([
    expect.objectContaining({
      message: 'The API token "ci" was made.',
      actor: expect.objectContaining({ user: expect.objectContaining({ name: "the command line (ops@siem-1)" }) }),
      unmapped: expect.objectContaining({ scope: "ingest" }),
    }),
  ]);
});
