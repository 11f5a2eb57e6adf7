import { silentLogger } from "@arbitex/core";
import { systemClock } from "@arbitex/core/host";
import { expect, it, vi } from "vitest";
import type { CursorStore } from "./cursor-store.ts";
import type { KafkaLog } from "./kafka-log.ts";
import { createOwnership } from "./ownership.ts";
import type { OwnedPartition } from "./owned-partition.ts";

function setUp(claim: CursorStore["claim"] = async () => ({ epoch: 1, readTo: undefined, cursors: [] })) {
  const events: string[] = [];
  const log: Pick<KafkaLog, "earliest"> = { earliest: async () => 7 };
  const ownership = createOwnership({
    cursors: { claim, record: async () => [], forget: async () => undefined },
    log,
    node: "a",
    clock: systemClock,
    logger: silentLogger,
    onOwned: ({ partition, readTo }) => void events.push(`owned ${partition} from ${readTo}`),
    onLeaving: ({ partition }) => void events.push(`leaving ${partition}`),
    onLost: ({ partition }) => void events.push(`lost ${partition}`),
    record: async () => void events.push("record"),
  });
  return { ownership, events, partitions: () => [...ownership.owned()].map(({ partition }) => partition) };
}

it("claims what is assigned, and begins a partition without an owner with its oldest message", async () => {
  const { ownership, events, partitions } = setUp();
  ownership.assigned(new Set([0, 1]));
  await vi.waitFor(() => expect(partitions()).toEqual([0, 1]));
  expect(events).toEqual(["owned 0 from 7", "owned 1 from 7"]);
});

it("records what was settled before it lets go of a partition, and keeps the others", async () => {
  const { ownership, events, partitions } = setUp();
  ownership.assigned(new Set([0, 1]));
  await vi.waitFor(() => expect(partitions()).toEqual([0, 1]));
  events.length = 0;
  await ownership.keepOnly(new Set([1]));
  expect(events).toEqual(["leaving 0", "record", "lost 0"]);
  expect(partitions()).toEqual([1]);
});

it("knows events of an ownership that ended while they were under way", async () => {
  const { ownership, partitions } = setUp();
  ownership.assigned(new Set([0]));
  await vi.waitFor(() => expect(partitions()).toEqual([0]));
  const owned: OwnedPartition | undefined = [...ownership.owned()][0];
  const subscription = owned?.subscriptionOf("soc", 0);
  if (subscription !== undefined) subscription.taken = 3;
  await ownership.keepOnly(new Set());
  expect(ownership.originOf(owned?.origin ?? 0)).toMatchObject({ isRetired: true });
});

it("claims a partition anew that another node took while the group still assigns it here", async () => {
  let epoch = 0;
  const { ownership, events } = setUp(async () => ({ epoch: ++epoch, readTo: 3, cursors: [] }));
  ownership.assigned(new Set([0]));
  await vi.waitFor(() => expect(events).toEqual(["owned 0 from 3"]));
  for (const owned of ownership.owned()) ownership.retire(owned);
  await vi.waitFor(() => expect(events).toEqual(["owned 0 from 3", "lost 0", "owned 0 from 3"]));
  expect([...ownership.owned()].map((owned) => owned.epoch)).toEqual([2]);
});

it("claims until the database answers, and no longer than the partition is assigned", async () => {
  let isDown = true;
  const claim = vi.fn<CursorStore["claim"]>(async () => {
    if (isDown) throw new Error("away");
    return { epoch: 1, readTo: 0, cursors: [] };
  });
  const { ownership, partitions } = setUp(claim);
  ownership.assigned(new Set([0]));
  await vi.waitFor(() => expect(claim).toHaveBeenCalledOnce());
  isDown = false;
  await vi.waitFor(() => expect(partitions()).toEqual([0]), { timeout: 10_000 });
});
