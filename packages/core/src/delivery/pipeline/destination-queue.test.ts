import { expect, it } from "vitest";
import { createMemoryQueueStore } from "../queue/memory-queue-store.ts";
import type { QueueListener } from "../queue/queue-store.ts";
import { createAccount } from "./account.ts";
import { DestinationQueue } from "./destination-queue.ts";

it("counts events that came from another process or went to one, so that the account closes", async () => {
  const queue = await createMemoryQueueStore().open("soc");
  let listener: QueueListener | undefined;
  Object.assign(queue, { listen: (given: QueueListener) => void (listener = given) });
  const { account } = new DestinationQueue({ destinationId: "soc", queue, account: createAccount(queue) });
  listener?.moved?.(5);
  listener?.moved?.(-2);
  expect(account.counts).toMatchObject({ takenOver: 3, accepted: 0 });
});
