import { expect, it } from "vitest";
import { createEventRecord } from "../delivery/intake/accept-event.ts";
import { refuseFutureEvents } from "./future-events.ts";

const NOW = Date.UTC(2026, 10, 30);
const HOUR_MS = 3_600_000;
const encode = refuseFutureEvents(({ json }) => json, { siem: "Acme", aheadMs: 24 * HOUR_MS });

function recordAt(time: number) {
  return createEventRecord({ class_uid: 3002, time, metadata: { uid: "u" } }, NOW);
}

it.each([-1000 * HOUR_MS, 0, 24 * HOUR_MS])("encodes an event dated %d ms after its arrival", (aheadMs) => {
  const record = recordAt(NOW + aheadMs);
  expect(encode(record)).toBe(record.json);
});

it("refuses one that is dated further ahead, and says whose limit it is", () => {
  expect(() => encode(recordAt(NOW + 24 * HOUR_MS + 1))).toThrow(
    "Acme drops events dated more than 24 hours ahead without a word",
  );
});
