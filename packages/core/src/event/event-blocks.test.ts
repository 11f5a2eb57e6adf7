import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Shipment } from "./event-blocks.ts";
import { EventBlocks } from "./event-blocks.ts";
import { createEventBlock, readEvents } from "./event-block.ts";
import { AcceptedEvent } from "./accepted-event.ts";
import { sharedBytes } from "./shared-bytes.ts";

function recordOf(id: string, message: string, orgId: string | null = null): AcceptedEvent {
  const json = JSON.stringify({ message });
  return new AcceptedEvent({ id, orgId, classUid: 6003, severityId: 1, time: 1.5, acceptedAt: 2 ** 41, json });
}

/** Another thread's view: it has nothing but the memory. */
function received({ parts }: Shipment): readonly AcceptedEvent[] {
  return parts.flatMap((part) =>
    "record" in part ? [part.record] : readEvents(createEventBlock(part.block.memory), part),
  );
}

function facts({ id, orgId, classUid, severityId, time, acceptedAt, json }: AcceptedEvent) {
  return { id, orgId, classUid, severityId, time, acceptedAt, json };
}

function lastingBlocks(): EventBlocks {
  return new EventBlocks(() => undefined);
}

const text = fc.string({ unit: "binary", maxLength: 60 });

describe("event blocks", () => {
  it("give another thread what was put in, for any texts and sizes", () => {
    const blocks = lastingBlocks();
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            id: text,
            orgId: fc.option(text),
            message: fc.oneof(
              text,
              fc.integer({ min: 0, max: 90_000 }).map((length) => "x".repeat(length)),
            ),
          }),
        ),
        (given) => {
          const records = given.map(({ id, orgId, message }) => recordOf(id, message, orgId));
          const shipment = blocks.ship(records);
          expect(received(shipment).map(facts)).toEqual(records.map(facts));
          shipment.release();
        },
      ),
    );
  });

  it("give an event's bytes as they stand in the block, without making them anew", () => {
    const [record] = received(lastingBlocks().ship([recordOf("e1", "é")]));
    const shared = sharedBytes(record ?? {});
    expect(shared?.bytes.toString("utf8", shared.start, shared.end)).toBe('{"message":"é"}');
    expect(record?.membersAt).toBe(1);
    expect(shared?.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it("write an event once for all destinations that are not far behind one another", () => {
    const blocks = lastingBlocks();
    const records = Array.from({ length: 100 }, (_, index) => recordOf(`e${index}`, "x".repeat(1000)));
    const first = blocks.ship(records);
    const second = blocks.ship(records);
    expect(second.parts).toEqual(first.parts);
    expect(first.parts).toHaveLength(1);
  });

  it("never write over what is still being read, and go back to their usual size after that", () => {
    const dropped: number[] = [];
    const blocks = new EventBlocks((id) => dropped.push(id));
    const slow: { readonly shipment: Shipment; readonly records: readonly AcceptedEvent[] }[] = [];
    for (let batch = 0; batch < 300; batch++) {
      const records = Array.from({ length: 100 }, (_, index) => recordOf(`${batch}-${index}`, "x".repeat(1000)));
      const shipment = blocks.ship(records);
      if (batch % 3 === 0) slow.push({ shipment, records });
      else shipment.release();
    }
    for (const { shipment, records } of slow) {
      expect(received(shipment).map(facts)).toEqual(records.map(facts));
    }
    expect(dropped).toEqual([]);
    for (const { shipment } of slow) shipment.release();
    expect(dropped.length).toBeGreaterThan(50);
    expect(new Set(dropped).size).toBe(dropped.length);
  });
});
