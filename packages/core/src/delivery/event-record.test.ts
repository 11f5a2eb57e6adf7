import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compactText } from "./compact-text.ts";
import { EventRecord } from "./event-record.ts";
import { createMemoryQueueStore } from "./memory-queue-store.ts";

function recordOf(json: string, orgId: string | null = null): EventRecord {
  return new EventRecord({ id: "漢-1", orgId, classUid: 1, severityId: 1, time: 1, acceptedAt: 1, json });
}

/** Whether nothing is left to gain. */
function isOneByte(text: string): boolean {
  return compactText(text) === undefined;
}

describe("an event that waits long", () => {
  it("says the same as before", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.option(fc.string({ unit: "grapheme" })), (message, orgId) => {
        const json = JSON.stringify({ message });
        const record = recordOf(json, orgId);
        for (const _ of ["once", "twice"]) {
          record.compact();
          expect(record).toMatchObject({ json, id: "漢-1", orgId, bytes: json.length });
          expect(record.event()).toEqual({ message });
        }
        const copy = new EventRecord(record);
        expect(copy.json).toBe(json);
      }),
    );
  });

  it("takes one byte a character once it is compact", () => {
    const compact = compactText('{"message":"漢字 😀 é"}');
    expect(compact).toBeDefined();
    expect(isOneByte(compact ?? "漢")).toBe(true);
    expect(compactText('{"message":"only ASCII"}')).toBeUndefined();
    expect(compactText('{"message":"é"}')).toBeUndefined();
  });
});

describe("a queue in memory", () => {
  it("makes events compact only behind many others", async () => {
    const store = createMemoryQueueStore();
    const queue = await store.open("a");
    const compacted: number[] = [];
    const records = Array.from({ length: 20_000 }, (_, index) => {
      const record = recordOf('{"message":"漢"}');
      record.compact = () => void compacted.push(index);
      return record;
    });
    for (let from = 0; from < records.length; from += 100) {
      await store.append([{ records: records.slice(from, from + 100), queues: [queue] }]);
    }
    expect(compacted[0]).toBe(8200);
    expect(compacted).toHaveLength(20_000 - 8200);
    expect(queue.take(20_000)).toEqual(records);
  });
});
