import { silentLogger } from "@arbitex/core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createMemoryAccess } from "../../test/memory-access.ts";
import { tellOfExpiredLinks } from "./link-expiry.ts";

const ORG = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("a set-up link that expires is told of once, by an audit event without its token", async () => {
  const { links } = createMemoryAccess();
  const published: string[] = [];
  const host = {
    async publish(event: unknown) {
      published.push(JSON.stringify(event));
      return { accepted: 1, rejected: [] };
    },
  };
  const expiresAt = new Date(Date.now() + 30_000);
  const { token } = await links.create({ orgId: ORG, name: "for Ada", createdBy: "ops", expiresAt });
  const onFailure = vi.fn<(error: Error) => void>();
  // Of the host, only this is called.
  const context = { host: host as never, onFailure, now: Date.now, logger: silentLogger };
  const end = tellOfExpiredLinks(links, context);
  await vi.advanceTimersByTimeAsync(300_000);
  end();
  expect(published).toHaveLength(1);
  expect(JSON.parse(published[0] ?? "")).toMatchObject({
    message: 'The set-up link "for Ada" has expired.',
    metadata: { tenant_uid: ORG },
    unmapped: { created_by: "ops" },
  });
  expect(published[0]).not.toContain(token.reveal());
  expect(onFailure).not.toHaveBeenCalled();
});
