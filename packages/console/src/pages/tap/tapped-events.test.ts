import { expect, it } from "vitest";
import type { TappedEvent } from "./tapped-events.ts";
import { MOST_SHOWN, NOTHING_TAPPED, withEvents } from "./tapped-events.ts";

const tapped = (key: number): TappedEvent => ({
  key,
  at: "2026-11-30T20:00:00Z",
  event: { key },
  sent: undefined,
  outcome: "passed",
  destination: undefined,
});

it("shows the newest first, and forgets the oldest", () => {
  const first = withEvents(NOTHING_TAPPED, [tapped(1), tapped(2)]);
  expect(first.events.map(({ key }) => key)).toEqual([2, 1]);
  const many = Array.from({ length: 5000 }, (_, at) => tapped(at + 3));
  const full = withEvents(first, many, { seen: 5042, skipped: 40 });
  expect(full.events).toHaveLength(MOST_SHOWN);
  expect(full.events[0]?.key).toBe(5002);
  expect([full.seen, full.skipped]).toEqual([5042, 40]);
});
