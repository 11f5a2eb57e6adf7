import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createUnconfirmed, unconfirmedBounds } from "./unconfirmed.ts";

const error = new Error("reset");
const bounds = { maxBytes: 100, maxAgeMs: 1000, orderlyMs: 10, maxResends: 2 };
const ALL = Number.POSITIVE_INFINITY;

it("gives back after a reset what was written last, in order, as far as it fits", () => {
  const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { minLength: 1 });
  fc.assert(
    fc.property(bodies, (written) => {
      const unconfirmed = createUnconfirmed(bounds);
      for (const body of written) unconfirmed.add(Buffer.from(body), 1, 0);
      unconfirmed.lost({ orderly: false, error, at: 0 });
      const again = unconfirmed.nextPending(ALL);
      expect(again).toEqual(written.slice(-again.length).map((body) => Buffer.from(body)));
      expect(sizeOf(again)).toBeLessThanOrEqual(bounds.maxBytes);
      const oneMore = written.slice(-again.length - 1);
      if (again.length < written.length) expect(sizeOf(oneMore)).toBeGreaterThan(bounds.maxBytes);
    }),
  );
});

it("gives back each of them once they were sent again and not before, in chunks of any size", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(sizes, (limits) => {
      const unconfirmed = createUnconfirmed(unconfirmedBounds);
      for (let index = 0; index < 20; index++) unconfirmed.add(Buffer.from(String(index).padStart(20)), 1, 0);
      unconfirmed.lost({ orderly: false, error, at: 0 });
      const arrived: string[] = [];
      for (const limit of limits) {
        const bodies = unconfirmed.nextPending(limit);
        expect(bodies.length <= 1 || sizeOf(bodies) <= limit).toBe(true);
        // Every other try fails.
        if (limit % 2 === 0) continue;
        arrived.push(...bodies.map((body) => body.toString().trim()));
        unconfirmed.resent(bodies.length, 0);
      }
      expect(arrived).toEqual(Array.from({ length: arrived.length }, (_, index) => String(index)));
      expect(unconfirmed.pendingEvents()).toBe(20 - arrived.length);
    }),
  );
});

it("keeps copies, for the bodies are used again", () => {
  const unconfirmed = createUnconfirmed(bounds);
  const body = Buffer.from("one");
  unconfirmed.add(body, 1, 0);
  body.write("two");
  unconfirmed.lost({ orderly: false, error, at: 0 });
  expect(unconfirmed.nextPending(ALL).map(String)).toEqual(["one"]);
});

it("keeps a body that is larger than the bound as long as it is the last", () => {
  const unconfirmed = createUnconfirmed(bounds);
  unconfirmed.add(Buffer.alloc(500), 5, 0);
  unconfirmed.lost({ orderly: false, error, at: 0 });
  expect(unconfirmed.pendingEvents()).toBe(5);
});

it("counts on what was written long before an orderly end, and before a reset on what is very old alone", () => {
  for (const [orderly, expected] of [
    [true, ["now"]],
    [false, ["before", "now"]],
  ] as const) {
    const unconfirmed = createUnconfirmed(bounds);
    unconfirmed.add(Buffer.from("long ago"), 1, 0);
    unconfirmed.add(Buffer.from("before"), 1, 1500);
    unconfirmed.add(Buffer.from("now"), 1, 2000);
    unconfirmed.lost({ orderly, error, at: 2005 });
    expect(unconfirmed.nextPending(ALL).map(String)).toEqual(expected);
  }
});

it("keeps what waits to be sent again through any number of losses", () => {
  const unconfirmed = createUnconfirmed(bounds);
  unconfirmed.add(Buffer.from("first"), 3, 0);
  for (let at = 1; at <= 100; at++) unconfirmed.lost({ orderly: at % 2 === 0, error, at: at * 1000 });
  expect(unconfirmed.pendingEvents()).toBe(3);
});

it("keeps what was sent again for the next loss, and forgets it when it got through often enough", () => {
  const unconfirmed = createUnconfirmed(bounds);
  unconfirmed.add(Buffer.from("one"), 1, 0);
  unconfirmed.add(Buffer.from("two"), 1, 0);
  unconfirmed.lost({ orderly: false, error, at: 1 });
  unconfirmed.resent(1, 2);
  unconfirmed.lost({ orderly: false, error, at: 3 });
  expect(unconfirmed.nextPending(ALL).map(String)).toEqual(["one", "two"]);
  unconfirmed.resent(2, 4);
  unconfirmed.lost({ orderly: false, error, at: 5 });
  expect(unconfirmed.nextPending(ALL).map(String)).toEqual(["two"]);
});

it("forgets in time what has grown old, and never what waits to be sent again", () => {
  const unconfirmed = createUnconfirmed(unconfirmedBounds);
  unconfirmed.add(Buffer.from("old"), 1, 0);
  expect(unconfirmed.expire(unconfirmedBounds.maxAgeMs)).toBe(true);
  unconfirmed.lost({ orderly: false, error, at: 1 });
  unconfirmed.add(Buffer.from("newer"), 1, 2);
  expect(unconfirmed.expire(2 + 2 * unconfirmedBounds.maxAgeMs)).toBe(false);
  expect(unconfirmed.nextPending(ALL).map(String)).toEqual(["old"]);
});

function sizeOf(bodies: readonly Uint8Array[]): number {
  return bodies.reduce((total, { length }) => total + length, 0);
}
