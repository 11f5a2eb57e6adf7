import fc from "fast-check";
import { expect, it } from "vitest";
import { AcceptedEvent } from "./accepted-event.ts";
import { splicedEvent } from "./spliced-event.ts";

function recordOf(json: string): AcceptedEvent {
  return new AcceptedEvent({ id: "u", orgId: "o", classUid: 1, severityId: 2, time: 3, acceptedAt: 4, json });
}

/** Splices at offsets in bytes, as the text says them. */
function spliced(json: string, cut: string, text: string) {
  const start = Buffer.from(json).indexOf(cut);
  return splicedEvent(recordOf(json), [{ start, end: start + Buffer.byteLength(cut), text }]);
}

it("replaces parts of an event's bytes, whatever characters are around them", () => {
  const texts = fc.string({ unit: "grapheme", maxLength: 200 });
  fc.assert(
    fc.property(texts, texts, texts, (before, after, text) => {
      const json = JSON.stringify({ before, cut: "<cut>", after });
      const record = spliced(json, '"<cut>"', JSON.stringify(text));
      const expected = json.replace('"<cut>"', () => JSON.stringify(text));
      expect(record.json).toBe(expected);
      const { bytes, start, end } = record.utf8 ?? { bytes: Buffer.alloc(0), start: 0, end: 0 };
      expect(bytes.toString("utf8", start, end)).toBe(expected);
      expect(record.bytes).toBeGreaterThanOrEqual(end - start);
      expect(expected.slice(record.membersAt)).toMatch(/^"before"/);
    }),
  );
});

it("has its bytes still when thousands were made after it, and those of a large event", () => {
  const large = spliced(JSON.stringify({ cut: "<cut>", rest: "é".repeat(100_000) }), "<cut>", "ß");
  const early = spliced('{"cut":"<cut>"}', "<cut>", "early");
  for (let index = 0; index < 20_000; index++) {
    const record = spliced(JSON.stringify({ cut: "<cut>", rest: "x".repeat(1000) }), "<cut>", String(index));
    if (index % 1000 === 0) expect(record.json).toContain(`"${index}"`);
    else void record.utf8;
  }
  expect(early.json).toBe('{"cut":"early"}');
  expect(large.json).toBe(JSON.stringify({ cut: "ß", rest: "é".repeat(100_000) }));
  expect(early).toMatchObject({ id: "u", orgId: "o", classUid: 1, severityId: 2, time: 3, acceptedAt: 4 });
});
