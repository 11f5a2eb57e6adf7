import { silentLogger } from "@arbitex/core";
import { noTotals, systemClock } from "@arbitex/core/host";
import { expect, it, onTestFinished } from "vitest";
import { startCatchUp } from "./catch-up.ts";
import type { KafkaLog } from "./kafka-log.ts";
import { OwnedPartition } from "./owned-partition.ts";
import { positionOf } from "./position.ts";
import type { Subscription } from "./subscription.ts";

const MESSAGES = 10;

/** Two destinations that are behind, from the given offsets on, and which messages each is given. */
function twoBehind(from: { readonly soc: number; readonly acme: number }) {
  const cursors = Object.entries(from).map(([destinationId, offset]) => {
    const settledTo = positionOf(offset, 0);
    return {
      destinationId,
      settledTo,
      unsettled: [],
      countedTo: MESSAGES,
      queued: MESSAGES - offset,
      totals: noTotals,
    };
  });
  const owned = new OwnedPartition(0, 1, { epoch: 1, readTo: MESSAGES, cursors });
  const given: Record<string, number[]> = { soc: [], acme: [] };
  const withSpace = new Set(["soc", "acme"]);
  const reads: number[] = [];
  let duringRead: ((read: number) => void) | undefined;
  const log: Pick<KafkaLog, "read" | "earliest"> = {
    earliest: async () => 0,
    async read(_leader, [point]) {
      const offset = point?.offset ?? 0;
      reads.push(offset);
      await new Promise((resolve) => setImmediate(resolve));
      duringRead?.(reads.length);
      const messages = [0, 1, 2, 3].map((at) => ({ offset: offset + at, value: Buffer.alloc(0) }));
      return [{ kind: "messages", partition: 0, messages, nextOffset: offset + messages.length }];
    },
  };
  const catchUp = startCatchUp({
    log,
    clock: systemClock,
    logger: silentLogger,
    leaderOf: () => 0,
    owned: () => [owned],
    hasSpace: ({ destinationId }) => withSpace.has(destinationId),
    onMessage(_owned, { offset }, behind) {
      for (const { destinationId } of behind) given[destinationId]?.push(offset);
    },
    onCaughtUp: (_owned, subscription: Subscription) => void subscription.caughtUp(),
  });
  onTestFinished(() => catchUp.close());
  return {
    given,
    reads,
    withSpace,
    owned,
    during: (action: (read: number) => void) => void (duringRead = action),
    async run() {
      catchUp.wake();
      await catchUp.idle();
    },
  };
}

const from = (offset: number) => Array.from({ length: MESSAGES - offset }, (_, at) => offset + at);

it("reads a message once for all that are behind", async () => {
  const both = twoBehind({ soc: 2, acme: 4 });
  await both.run();
  expect(both.given).toEqual({ soc: from(2), acme: from(4) });
  expect(both.reads).toEqual([2, 6]);
  expect(both.owned.behind.size).toBe(0);
});

it("skips nothing of a destination that gets space while a later part is read for another", async () => {
  const both = twoBehind({ soc: 0, acme: 5 });
  both.withSpace.delete("soc");
  both.during(() => both.withSpace.add("soc"));
  await both.run();
  expect(both.given).toEqual({ soc: from(0), acme: from(5) });
});

it("reads on where a destination ran out of space", async () => {
  const both = twoBehind({ soc: 0, acme: 0 });
  both.during((read) => void (read === 1 ? both.withSpace.delete("soc") : both.withSpace.add("soc")));
  await both.run();
  expect(both.given["acme"]).toEqual(from(0));
  await both.run();
  expect(both.given["soc"]).toEqual(from(0));
});
