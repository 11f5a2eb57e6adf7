import { expect, it } from "vitest";
import { KnownEvents } from "./known-events.ts";

const hash = (number: number) => Buffer.alloc(32, number % 255 || 1);

it("remembers thousands of events until they were settled for some seconds", () => {
  const events = new KnownEvents();
  for (let sequence = 1; sequence <= 5000; sequence++) events.add(sequence, sequence + 7, sequence, hash(sequence), 0);
  const forgotten: number[] = [];
  for (let sequence = 1; sequence <= 4999; sequence++) events.settle(sequence, sequence);
  events.forgetSettled(6000, (number) => forgotten.push(number));
  expect(forgotten).toEqual(Array.from({ length: 1000 }, (_, index) => index + 8));
  expect([...events.numbers()]).toEqual([5007]);
  expect([events.numberOf(5000), events.markOf(5000), events.numberOf(1)]).toEqual([5007, 5000, undefined]);
  expect(events.fingerprintOf(5000)).toBe(hash(5000).toString("hex"));
});

it("gives space again to other events, with or without fingerprints", () => {
  const events = new KnownEvents();
  for (let round = 0; round < 200; round++) {
    events.add(round + 1, round + 1, round, hash(round), 0);
    events.settle(round + 1, round * 10_000);
    events.forgetSettled(round * 10_000 + 9000, () => {});
  }
  events.add(500, 201, 1, Buffer.alloc(0), 0);
  expect(events.fingerprintOf(500)).toBe("");
  expect(events.sequences()).toEqual([500]);
});

it("comes back from a snapshot, settled events as well", () => {
  const events = new KnownEvents();
  events.add(3, 1, 0xffff_ffff, hash(9), 0);
  events.add(4, 2, 5, Buffer.alloc(0), 0);
  events.settle(3, 100);
  const restored = new KnownEvents();
  restored.addPacked(events.packed());
  expect(restored.sequences()).toEqual([3, 4]);
  expect([restored.numberOf(3), restored.markOf(3), restored.fingerprintOf(3)]).toEqual([
    1,
    0xffff_ffff,
    hash(9).toString("hex"),
  ]);
  expect([restored.numberOf(4), restored.fingerprintOf(4)]).toEqual([2, ""]);
});
