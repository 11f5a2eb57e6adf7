import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compactText, expandedText } from "./compact-text.ts";
import { AcceptedEvent } from "./accepted-event.ts";
import { createMemoryQueueStore } from "../delivery/queue/memory-queue-store.ts";

function recordOf(json: string, orgId: string | null = null): AcceptedEvent {
  return new AcceptedEvent({ id: "漢-1", orgId, classUid: 1, severityId: 1, time: 1, acceptedAt: 1, json });
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
        const copy = new AcceptedEvent(record);
        expect(copy.json).toBe(json);
      }),
    );
  });

  it("takes one byte a character, of its UTF-8 where Latin-1 has not all of them", () => {
    for (const text of ["漢字 é", "😀 alone", "only ASCII", "é and ü"]) {
      const compact = compactText(text);
      const isLatin = Buffer.from(text, "latin1").toString("latin1") === text;
      expect(compact.isUtf8).toBe(!isLatin);
      expect(compact.text).toHaveLength(isLatin ? text.length : Buffer.byteLength(text));
      expect(Math.max(...Array.from(compact.text, (char) => char.codePointAt(0) ?? 0))).toBeLessThan(256);
      expect(expandedText(compact)).toBe(text);
    }
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
