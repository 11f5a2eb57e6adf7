import { expect, it } from "vitest";
import { createFakeClock } from "../../../../test/fake-clock.ts";
import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { silentLogger } from "../../../telemetry/logger.ts";
import { createEventRecord } from "../../intake/accept-event.ts";
import { createMemoryQueueStore } from "../../queue/memory-queue-store.ts";
import { NumberedText } from "./numbered-text.ts";
import type { NumberedQueueOptions } from "./numbered-queue.ts";
import { NumberedQueue } from "./numbered-queue.ts";

function wrapped(queue: NumberedQueueOptions["queue"]): NumberedQueue {
  return new NumberedQueue({
    queue,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    stream: {} as NumberedQueueOptions["stream"],
    select: undefined,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    settings: {} as NumberedQueueOptions["settings"],
    clock: createFakeClock(),
    logger: silentLogger,
    onFiltered() {},
    deadLetter: async () => {},
    onReady() {},
  });
}

it("asks the queue that it wraps whether its own events may be sent, and sends where that has no say", async () => {
  const inner = await createMemoryQueueStore().open("soc");
  const record = createEventRecord({ class_uid: 6003, severity_id: 1, time: 1 });
  const numbered = new NumberedText(record, 7, record.json);
  const asked: (readonly AcceptedEvent[])[] = [];
  expect(wrapped(inner).maySend([numbered])).toBe(true);
  const owned = Object.assign(Object.create(inner), {
    maySend(records: readonly AcceptedEvent[]) {
      asked.push(records);
      return false;
    },
  });
  expect(wrapped(owned).maySend([numbered])).toBe(false);
  expect(asked).toEqual([[record]]);
});
