import { expect, it } from "vitest";
import { createReceiver, eventFor } from "../../../test/receiver.ts";
import { createHost } from "../../host/host.ts";
import { capacityOfOrg, OrgShare } from "./org-share.ts";

const padding = "x".repeat(1000);

function publishOf(org: string, count: number) {
  return Array.from({ length: count }, (_, index) => ({ ...eventFor(`${org}-${index}`, org), message: padding }));
}

async function openHost(orgs: readonly string[], options: { maxQueuedBytesPerOrg?: number } = {}) {
  const receivers = orgs.map((org) => createReceiver(org, { orgId: org, delivery: { maxQueuedBytes: 1e9 } }));
  for (const receiver of receivers) receiver.answer = () => ({ kind: "suspend", reason: "401" });
  const deadLettered = new Map<string, number>();
  const host = await createHost({
    destinations: receivers.map(({ destination }) => destination),
    maxQueuedBytes: 1_000_000,
    ...options,
    openDeadLetters: () => ({
      async append(deadLetters) {
        for (const { destinationId } of deadLetters)
          deadLettered.set(destinationId, (deadLettered.get(destinationId) ?? 0) + 1);
      },
      async close() {},
    }),
  });
  const bytesOf = (id: string) => host.status().destinations.find((status) => status.id === id)?.queueBytes ?? 0;
  return { host, deadLettered, bytesOf };
}

it("one organisation that floods leaves capacity for ninety-nine others", async () => {
  const quiet = Array.from({ length: 99 }, (_, index) => `quiet-${index}`);
  const { host, deadLettered, bytesOf } = await openHost(["noisy", ...quiet]);
  for (let round = 0; round < 20; round++) await host.publish(publishOf("noisy", 100));
  expect(bytesOf("noisy")).toBeLessThanOrEqual(500_000);
  expect(bytesOf("noisy")).toBeGreaterThan(450_000);
  for (const org of quiet) await host.publish(publishOf(org, 3));
  expect([...deadLettered.keys()]).toEqual(["noisy"]);
  await host.stop({ deadlineMs: 0 });
});

it("the last organisation has as much capacity as those that flooded before", async () => {
  const orgs = ["a", "b", "c", "d"];
  const { host, bytesOf } = await openHost(orgs);
  for (const org of orgs) await host.publish(publishOf(org, 1000));
  for (const org of orgs) await host.publish(publishOf(org, 1000));
  expect(bytesOf("d")).toBeGreaterThan(50_000);
  await host.publish(publishOf("nobody", 1));
  await host.stop({ deadlineMs: 0 });
});

it("an organisation's own bound counts all its destinations together", async () => {
  const receivers = ["acme-1", "acme-2"].map((id) => createReceiver(id, { orgId: "acme" }));
  for (const receiver of receivers) receiver.answer = () => ({ kind: "suspend", reason: "401" });
  const host = await createHost({
    destinations: receivers.map(({ destination }) => destination),
    maxQueuedBytesPerOrg: 100_000,
    openDeadLetters: () => ({ async append() {}, async close() {} }),
  });
  await host.publish(publishOf("acme", 500));
  const bytes = host.status().destinations.reduce((sum, { queueBytes }) => sum + queueBytes, 0);
  expect(bytes).toBeLessThanOrEqual(100_000);
  expect(bytes).toBeGreaterThan(95_000);
  await host.remove("acme-1", { leftover: "keep" });
  await host.publish(publishOf("acme", 500));
  const kept = host.status().kept.reduce((sum, { queueBytes }) => sum + queueBytes, 0);
  const open = host.status().destinations.reduce((sum, { queueBytes }) => sum + queueBytes, 0);
  expect(kept).toBeGreaterThan(0);
  expect(kept + open).toBeLessThanOrEqual(100_000);
  await host.stop({ deadlineMs: 0 });
});

it("what is on its way counts as well as what is queued", () => {
  const share = new OrgShare();
  share.bytesUnderWay = 300;
  expect(capacityOfOrg(share, Number.POSITIVE_INFINITY, 1000)).toBe(350);
  expect(capacityOfOrg(share, 400, 1000)).toBe(100);
});
